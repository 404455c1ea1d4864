//! The input of a native call: its body as bytes, and what goes in headers.

use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::{PerformanceConfigLatency, ServiceTierType};
use serde_json::Value;
use std::error::Error;

pub struct NativeInput {
    pub model_id: String,
    pub body: Blob,
    pub latency: Option<PerformanceConfigLatency>,
    pub tier: Option<ServiceTierType>,
}

/// Refuses what is not known here: a case that uses more would prove nothing.
pub fn read(json: &Value) -> Result<NativeInput, Box<dyn Error>> {
    const KNOWN: [&str; 4] = ["modelId", "body", "performanceConfigLatency", "serviceTier"];
    for name in json.as_object().ok_or("an input is an object")?.keys() {
        if !KNOWN.contains(&name.as_str()) {
            return Err(format!("unknown member of a native input: {name}").into());
        }
    }
    Ok(NativeInput {
        model_id: json["modelId"].as_str().unwrap_or_default().to_owned(),
        body: Blob::new(json["body"].to_string()),
        latency: json["performanceConfigLatency"].as_str().map(PerformanceConfigLatency::from),
        tier: json["serviceTier"].as_str().map(ServiceTierType::from),
    })
}
