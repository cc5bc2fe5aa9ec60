//! Container settings kept under a name (apis.md A2).

use super::SERVICE;
use super::parts::{Env, Mounts};
use super::rest::Rest;
use super::tolerant::{count, or_default, readable};
use crate::error::{RemoteError, Result};
use domain::conversation::{UnknownWord, words};
use domain::lenient::Word;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words! {
    /// On what a template runs.
    TemplateCategory, "template category" {
        /// No GPU.
        Cpu = "CPU",
        /// GPUs of NVIDIA.
        Nvidia = "NVIDIA",
        /// GPUs of AMD.
        Amd = "AMD",
    }
}

/// A template.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// Its id.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// Its image.
    #[serde(default, deserialize_with = "or_default")]
    pub image: Option<String>,
    /// What its container runs.
    #[serde(default, deserialize_with = "or_default")]
    pub args: Option<String>,
    /// GB of the container's disk.
    #[serde(default, deserialize_with = "count")]
    pub disk: Option<u64>,
    /// Its environment, in the clear.
    #[serde(default, deserialize_with = "or_default")]
    pub env: Env,
    /// What is open.
    #[serde(default, deserialize_with = "readable")]
    pub ports: Vec<String>,
    /// For workers of an endpoint, not for pods.
    #[serde(default, deserialize_with = "or_default")]
    pub serverless: bool,
    /// Others see it, with its environment.
    #[serde(default, deserialize_with = "or_default")]
    pub public: bool,
    /// On what it runs.
    #[serde(default, deserialize_with = "or_default")]
    pub category: Option<Word<TemplateCategory>>,
}

/// A template to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "they are the document's")]
pub struct NewTemplate {
    /// Its name.
    pub name: String,
    /// Its image with a pinned tag.
    pub image: String,
    /// For workers of an endpoint, not for pods.
    pub serverless: bool,
    /// Others see it, with its environment.
    pub public: bool,
    /// Whether SSH is set up; RunPod's own choice is yes.
    pub start_ssh: bool,
    /// Whether Jupyter is started; RunPod's own choice is yes.
    pub start_jupyter: bool,
    /// On what it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<TemplateCategory>,
    /// What the container runs, written as for a shell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<String>,
    /// GB of the container's disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk: Option<u32>,
    /// Everybody who may read the template reads its values.
    #[serde(skip_serializing_if = "Env::is_empty")]
    pub env: Env,
    /// What is open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<String>,
    /// A disk of the host; a template cannot name a network volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mounts: Option<Mounts>,
    /// The id of a registry credential for a private image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry: Option<String>,
}

impl NewTemplate {
    /// A private template without SSH and Jupyter.
    pub fn new(name: impl Into<String>, image: impl Into<String>, serverless: bool) -> Self {
        Self {
            name: name.into(),
            image: image.into(),
            serverless,
            public: false,
            start_ssh: false,
            start_jupyter: false,
            category: None,
            args: None,
            disk: None,
            env: Env::default(),
            ports: Vec::new(),
            mounts: None,
            registry: None,
        }
    }
}

/// What is changed on a template; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TemplateChange {
    /// A new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A new image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// What the container runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<String>,
    /// GB of the container's disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk: Option<u32>,
    /// All of the environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env: Option<Env>,
}

/// Templates.
#[derive(Debug, Clone, Copy)]
pub struct Templates<'a>(pub(super) &'a Rest);

impl Templates<'_> {
    /// Makes a template.
    pub async fn create(&self, template: &NewTemplate) -> Result<Template> {
        let doing = "make the template";
        if matches!(template.mounts, Some(Mounts::Network(_))) {
            return Err(RemoteError::rule(SERVICE, doing, "a template cannot name a network volume"));
        }
        self.0.send(self.0.call(doing, Method::POST, &["templates"])?.makes(), template).await
    }
    /// One template.
    pub async fn get(&self, id: &str) -> Result<Template> {
        self.0.get("read the template", &["templates", id]).await
    }
    /// All templates of the account.
    pub async fn list(&self) -> Result<Vec<Template>> {
        self.0.list(self.0.call("list the templates", Method::GET, &["templates"])?, "templates").await
    }
    /// Changes a template; what was made from it stays as it is.
    pub async fn change(&self, id: &str, change: &TemplateChange) -> Result<Template> {
        self.0.send(self.0.call("change the template", Method::PATCH, &["templates", id])?, change).await
    }
    /// Removes a template.
    pub async fn delete(&self, id: &str) -> Result<()> {
        self.0.delete("remove the template", &["templates", id]).await
    }
}
