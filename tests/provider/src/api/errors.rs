//! Errors of REST v2: `application/problem+json`.

use super::{Answer, Reply};
use serde_json::json;

/// What is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    pub(crate) detail: String,
    pub(crate) errors: Vec<String>,
}

impl Problem {
    pub(crate) fn new(status: u16, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), errors: Vec::new() }
    }

    /// 422: the body is wrong in these ways.
    pub(crate) fn body(errors: Vec<String>) -> Self {
        Self { status: 422, detail: "Request validation failed.".to_owned(), errors }
    }

    pub(crate) fn missing() -> Self {
        Self::new(404, "resource not found")
    }

    pub(crate) fn answer(self) -> Answer {
        let title = match self.status {
            400 => "Bad Request",
            401 => "Unauthorized",
            402 => "Payment Required",
            403 => "Forbidden",
            404 => "Not Found",
            409 => "Conflict",
            410 => "Gone",
            413 => "Content Too Large",
            422 => "Unprocessable Entity",
            429 => "Too Many Requests",
            _ => "Internal Server Error",
        };
        let mut body = json!({"title": title, "status": self.status, "detail": self.detail});
        if !self.errors.is_empty() {
            body["errors"] = json!(self.errors);
        }
        Answer::new(self.status, Reply::Text("application/problem+json", body.to_string()))
    }
}
