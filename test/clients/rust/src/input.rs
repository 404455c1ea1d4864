//! The input of a call: what the cases use of the API's own JSON, as the SDK's types.

use crate::document::from_json;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, InferenceConfiguration, Message, SystemContentBlock, Tool,
    ToolConfiguration, ToolInputSchema, ToolResultBlock, ToolResultContentBlock, ToolSpecification,
    ToolUseBlock,
};
use serde_json::Value;
use std::error::Error;

pub struct Input {
    pub model_id: String,
    pub messages: Vec<Message>,
    pub system: Option<Vec<SystemContentBlock>>,
    pub inference_config: Option<InferenceConfiguration>,
    pub tool_config: Option<ToolConfiguration>,
}

type Read<T> = Result<T, Box<dyn Error>>;

/// Refuses what is not known here: a case that uses more would prove nothing.
pub fn read(json: &Value) -> Read<Input> {
    const KNOWN: [&str; 5] = ["modelId", "messages", "system", "inferenceConfig", "toolConfig"];
    for name in json.as_object().ok_or("an input is an object")?.keys() {
        if !KNOWN.contains(&name.as_str()) {
            return Err(format!("unknown member of an input: {name}").into());
        }
    }
    let system = json.get("system").map(|_| {
        let blocks = list(&json["system"]).iter();
        blocks.map(|block| SystemContentBlock::Text(text(&block["text"]))).collect()
    });
    Ok(Input {
        model_id: text(&json["modelId"]),
        messages: list(&json["messages"]).iter().map(message).collect::<Read<_>>()?,
        system,
        inference_config: json.get("inferenceConfig").map(inference_config),
        tool_config: json.get("toolConfig").map(tool_config).transpose()?,
    })
}

fn message(json: &Value) -> Read<Message> {
    let content = list(&json["content"]).iter().map(block).collect::<Read<_>>()?;
    let role = ConversationRole::from(text(&json["role"]).as_str());
    Ok(Message::builder().role(role).set_content(Some(content)).build()?)
}

fn block(json: &Value) -> Read<ContentBlock> {
    if let Some(tool_use) = json.get("toolUse") {
        let built = ToolUseBlock::builder()
            .tool_use_id(text(&tool_use["toolUseId"]))
            .name(text(&tool_use["name"]))
            .input(from_json(&tool_use["input"]));
        return Ok(ContentBlock::ToolUse(built.build()?));
    }
    if let Some(result) = json.get("toolResult") {
        let content = list(&result["content"]).iter();
        let content = content.map(|part| ToolResultContentBlock::Json(from_json(&part["json"])));
        let built = ToolResultBlock::builder()
            .tool_use_id(text(&result["toolUseId"]))
            .set_content(Some(content.collect()));
        return Ok(ContentBlock::ToolResult(built.build()?));
    }
    Ok(ContentBlock::Text(text(&json["text"])))
}

fn inference_config(json: &Value) -> InferenceConfiguration {
    InferenceConfiguration::builder()
        .set_max_tokens(json["maxTokens"].as_i64().map(|value| value as i32))
        .set_temperature(json["temperature"].as_f64().map(|value| value as f32))
        .build()
}

fn tool_config(json: &Value) -> Read<ToolConfiguration> {
    let tools = list(&json["tools"]).iter().map(tool).collect::<Read<_>>()?;
    Ok(ToolConfiguration::builder().set_tools(Some(tools)).build()?)
}

fn tool(json: &Value) -> Read<Tool> {
    let spec = &json["toolSpec"];
    let schema = ToolInputSchema::Json(from_json(&spec["inputSchema"]["json"]));
    let built = ToolSpecification::builder().name(text(&spec["name"])).input_schema(schema);
    Ok(Tool::ToolSpec(built.build()?))
}

fn list(json: &Value) -> &[Value] {
    json.as_array().map_or(&[], Vec::as_slice)
}

fn text(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}
