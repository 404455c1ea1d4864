//! What came of a call, as one line of JSON.

use crate::document::to_json;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ContentBlockDelta, ContentBlockStart, ConverseStreamOutput, StopReason,
    TokenUsage,
};
use serde_json::{json, Value};

#[derive(Default)]
pub struct Outcome {
    text: String,
    tool_uses: Vec<Value>,
    stop_reason: Option<String>,
    usage: Option<Value>,
    events: Vec<&'static str>,
    /// The input of the tool use that is being streamed.
    pieces: String,
    native: Option<Value>,
    chunks: Vec<Value>,
    head: Option<Value>,
}

pub struct Failure {
    pub name: String,
    pub message: String,
    pub status: Option<u16>,
    pub modeled: bool,
}

impl Outcome {
    pub fn add(&mut self, block: &ContentBlock) {
        match block {
            ContentBlock::Text(text) => self.text.push_str(text),
            ContentBlock::ToolUse(block) => self.tool_uses.push(json!({
                "toolUseId": block.tool_use_id(),
                "name": block.name(),
                "input": to_json(block.input()),
            })),
            _ => {}
        }
    }

    pub fn answer(&mut self, body: &[u8]) {
        self.native = Some(parse(body));
    }

    pub fn chunk(&mut self, bytes: &[u8]) {
        self.chunks.push(parse(bytes));
    }

    pub fn head(&mut self, content_type: &str, latency: Option<&str>, tier: Option<&str>) {
        let mut head = json!({ "contentType": content_type });
        if let Some(latency) = latency {
            head["performanceConfigLatency"] = json!(latency);
        }
        if let Some(tier) = tier {
            head["serviceTier"] = json!(tier);
        }
        self.head = Some(head);
    }

    pub fn stop(&mut self, reason: &StopReason) {
        self.stop_reason = Some(reason.as_str().to_owned());
    }

    pub fn count(&mut self, usage: Option<&TokenUsage>) {
        self.usage = usage.map(|usage| {
            json!({
                "inputTokens": usage.input_tokens(),
                "outputTokens": usage.output_tokens(),
                "totalTokens": usage.total_tokens(),
            })
        });
    }

    pub fn hear(&mut self, event: &ConverseStreamOutput) {
        self.events.push(name_of(event));
        match event {
            ConverseStreamOutput::ContentBlockStart(event) => {
                if let Some(ContentBlockStart::ToolUse(start)) = event.start() {
                    let (id, name) = (start.tool_use_id(), start.name());
                    self.tool_uses.push(json!({ "toolUseId": id, "name": name }));
                }
            }
            ConverseStreamOutput::ContentBlockDelta(event) => match event.delta() {
                Some(ContentBlockDelta::Text(text)) => self.text.push_str(text),
                Some(ContentBlockDelta::ToolUse(delta)) => self.pieces.push_str(delta.input()),
                _ => {}
            },
            ConverseStreamOutput::ContentBlockStop(_) => self.end_tool_use(),
            ConverseStreamOutput::MessageStop(event) => self.stop(event.stop_reason()),
            ConverseStreamOutput::Metadata(event) => self.count(event.usage()),
            _ => {}
        }
    }

    fn end_tool_use(&mut self) {
        let pieces = std::mem::take(&mut self.pieces);
        let Some(tool_use) = self.tool_uses.last_mut() else {
            return;
        };
        if !pieces.is_empty() {
            tool_use["input"] = serde_json::from_str(&pieces).unwrap_or(Value::String(pieces));
        }
    }

    pub fn to_json(&self, failure: Option<Failure>) -> Value {
        let mut line = json!({ "text": self.text, "toolUses": self.tool_uses });
        if let Some(reason) = &self.stop_reason {
            line["stopReason"] = json!(reason);
        }
        if let Some(usage) = &self.usage {
            line["usage"] = usage.clone();
        }
        if let Some(native) = &self.native {
            line["native"] = native.clone();
        }
        if !self.chunks.is_empty() {
            line["chunks"] = json!(self.chunks);
        }
        if let Some(head) = &self.head {
            line["head"] = head.clone();
        }
        if !self.events.is_empty() {
            line["events"] = json!(self.events);
        }
        if let Some(failure) = failure {
            line["error"] = json!({
                "name": failure.name,
                "message": failure.message,
                "modeled": failure.modeled,
            });
            if let Some(status) = failure.status {
                line["error"]["status"] = json!(status);
            }
        }
        line
    }
}

fn parse(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or(Value::Null)
}

fn name_of(event: &ConverseStreamOutput) -> &'static str {
    match event {
        ConverseStreamOutput::MessageStart(_) => "messageStart",
        ConverseStreamOutput::ContentBlockStart(_) => "contentBlockStart",
        ConverseStreamOutput::ContentBlockDelta(_) => "contentBlockDelta",
        ConverseStreamOutput::ContentBlockStop(_) => "contentBlockStop",
        ConverseStreamOutput::MessageStop(_) => "messageStop",
        ConverseStreamOutput::Metadata(_) => "metadata",
        _ => "unknown",
    }
}
