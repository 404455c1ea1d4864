//! Makes the calls that stdin lists, with one unmodified client of the AWS SDK for Rust, and prints
//! what came of each: the protocol of test/clients/job.ts.

mod document;
mod input;
mod native;
mod outcome;

use aws_config::BehaviorVersion;
use aws_sdk_bedrockruntime::config::http::HttpResponse;
use aws_sdk_bedrockruntime::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_bedrockruntime::types::{ConverseOutput, ResponseStream};
use aws_sdk_bedrockruntime::Client;
use input::Input;
use native::NativeInput;
use outcome::{Failure, Outcome};
use serde_json::Value;
use std::error::Error;
use std::fmt::Debug;
use std::io::stdin;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let job: Value = serde_json::from_reader(stdin())?;
    let client = Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await);
    for call in job["calls"].as_array().ok_or("a job has calls")? {
        let json = &call["input"];
        let mut outcome = Outcome::default();
        let result = match call["operation"].as_str() {
            Some("invoke_model") => invoke(&client, native::read(json)?, &mut outcome).await,
            Some("invoke_model_with_response_stream") => {
                invoke_stream(&client, native::read(json)?, &mut outcome).await
            }
            Some("converse_stream") => stream(&client, input::read(json)?, &mut outcome).await,
            _ => converse(&client, input::read(json)?, &mut outcome).await,
        };
        println!("{}", outcome.to_json(result.err()));
    }
    Ok(())
}

async fn converse(client: &Client, input: Input, outcome: &mut Outcome) -> Result<(), Failure> {
    let answer = client
        .converse()
        .model_id(input.model_id)
        .set_messages(Some(input.messages))
        .set_system(input.system)
        .set_inference_config(input.inference_config)
        .set_tool_config(input.tool_config)
        .send()
        .await
        .map_err(|error| failure(error, http_status))?;
    outcome.stop(answer.stop_reason());
    outcome.count(answer.usage());
    if let Some(ConverseOutput::Message(message)) = answer.output() {
        message.content().iter().for_each(|block| outcome.add(block));
    }
    Ok(())
}

async fn stream(client: &Client, input: Input, outcome: &mut Outcome) -> Result<(), Failure> {
    let mut answer = client
        .converse_stream()
        .model_id(input.model_id)
        .set_messages(Some(input.messages))
        .set_system(input.system)
        .set_inference_config(input.inference_config)
        .set_tool_config(input.tool_config)
        .send()
        .await
        .map_err(|error| failure(error, http_status))?;
    loop {
        let event = answer.stream.recv().await.map_err(|error| failure(error, |_| None))?;
        match event {
            Some(event) => outcome.hear(&event),
            None => return Ok(()),
        }
    }
}

async fn invoke(client: &Client, input: NativeInput, outcome: &mut Outcome) -> Result<(), Failure> {
    let answer = client
        .invoke_model()
        .model_id(input.model_id)
        .body(input.body)
        .set_performance_config_latency(input.latency)
        .set_service_tier(input.tier)
        .send()
        .await
        .map_err(|error| failure(error, http_status))?;
    outcome.answer(answer.body().as_ref());
    outcome.head(
        answer.content_type(),
        answer.performance_config_latency().map(|latency| latency.as_str()),
        answer.service_tier().map(|tier| tier.as_str()),
    );
    Ok(())
}

async fn invoke_stream(
    client: &Client,
    input: NativeInput,
    outcome: &mut Outcome,
) -> Result<(), Failure> {
    let mut answer = client
        .invoke_model_with_response_stream()
        .model_id(input.model_id)
        .body(input.body)
        .set_performance_config_latency(input.latency)
        .set_service_tier(input.tier)
        .send()
        .await
        .map_err(|error| failure(error, http_status))?;
    outcome.head(
        answer.content_type(),
        answer.performance_config_latency().map(|latency| latency.as_str()),
        answer.service_tier().map(|tier| tier.as_str()),
    );
    loop {
        let event = answer.body.recv().await.map_err(|error| failure(error, |_| None))?;
        match event {
            Some(ResponseStream::Chunk(part)) => {
                outcome.chunk(part.bytes().map_or(&[], |bytes| bytes.as_ref()));
            }
            Some(_) => {}
            None => return Ok(()),
        }
    }
}

/// What the caller can tell of an error: its name and text, and whether it is a type of its own.
fn failure<E, R>(error: SdkError<E, R>, status_of: impl Fn(&R) -> Option<u16>) -> Failure
where
    E: ProvideErrorMetadata + Debug,
    R: Debug,
{
    match &error {
        SdkError::ServiceError(context) => {
            // The variant of what is not typed is not to be matched: it may become typed one day.
            let debugged = format!("{:?}", context.err());
            let variant = debugged.split('(').next().unwrap_or_default();
            let modeled = variant != "Unhandled";
            let name = if modeled { Some(variant) } else { context.err().code() };
            Failure {
                name: name.unwrap_or_default().to_owned(),
                message: context.err().message().unwrap_or_default().to_owned(),
                status: status_of(context.raw()),
                modeled,
            }
        }
        _ => Failure {
            name: error.to_string(),
            message: format!("{error:?}"),
            status: None,
            modeled: false,
        },
    }
}

fn http_status(response: &HttpResponse) -> Option<u16> {
    Some(response.status().as_u16())
}
