//! The key, what it may, and what is left on the account.

use super::{Found, endpoint, settings};
use crate::Places;
use crate::doctor::Line;
use crate::runpod::balance::{Balance, of_wallet};
use crate::runpod::standing::Standing;
use domain::price::{VOLUMES_AS_OF, volume_month};
use remote::runpod::{Offer, Product, RunPod, Volume, VolumeType, Wallet as _};
use remote::{Kind, RemoteError};

/// Asks. One key that is not accepted is one line, not five.
pub(super) async fn look(client: &RunPod, places: &Places, found: &mut Found) {
    if !rights(client, found).await {
        return;
    }
    money(client, found).await;
    found.lines.extend(settings::lines(places));
    found.lines.extend(settings::image(places));
    let volume = volume(client, places, found).await;
    endpoint::look(client, places, volume.as_ref(), found).await;
}

/// Every right that runs need can be tried out by reading; `false`: there is nobody to ask.
async fn rights(client: &RunPod, found: &mut Found) -> bool {
    let mut lacks = Vec::new();
    let mut refused: Option<RemoteError> = None;
    let mut others = Vec::new();
    let mut pods = None;
    for (at, what) in
        ["pods", "endpoints", "network volumes", "secrets", "the catalog"].into_iter().enumerate()
    {
        let tried = match at {
            0 => client.pods().list().await.map(|list| pods = Some(list.len())),
            1 => client.endpoints().list().await.map(|_| ()),
            2 => client.volumes().list().await.map(|_| ()),
            3 => client.secrets().list(None).await.map(|_| ()),
            _ => client.catalog().gpus(&Offer::new(Product::Pod)).await.map(|_| ()),
        };
        match tried {
            Ok(()) => {}
            Err(error) if error.kind() == Kind::Scope => {
                lacks.push(what);
                refused = Some(error);
            }
            Err(error) => {
                let area = match error.kind() {
                    Kind::Balance => "balance",
                    Kind::BadKey | Kind::Settings => "key",
                    _ => "network",
                };
                if found.wrong(area, &error) {
                    return false;
                }
                others.push(what);
            }
        }
    }
    if !lacks.is_empty() {
        let error = refused.map(|error| error.said().to_owned()).filter(|said| !said.is_empty());
        let said = error.map(|said| format!(" ({said})")).unwrap_or_default();
        let text = format!("RunPod accepts the key, but it may not read {}{said}", lacks.join(", "));
        found.standing = Standing::NoRight;
        found.lines.push(Line::fail(
            "rights",
            text,
            "Give the key that right in RunPod's console (Settings, API keys), or use another key",
        ));
        return lacks.len() < 5;
    }
    found.lines.push(Line::ok("key", "RunPod accepts the key"));
    if others.is_empty() {
        let pods = pods.map(|n| format!("; pods in the account: {n}")).unwrap_or_default();
        let text = format!("the key may read pods, endpoints, volumes, secrets and the catalog{pods}");
        found.lines.push(Line::ok("rights", text));
    }
    true
}

async fn money(client: &RunPod, found: &mut Found) {
    match client.wallet().balance().await {
        Ok(None) => found.lines.push(Line::warn(
            "balance",
            "RunPod tells no balance any more",
            "Look at it in the console",
        )),
        Ok(Some(balance)) => {
            let balance = of_wallet(balance);
            found.balance = Some(balance);
            let empty = balance.left.as_micros() <= 0;
            found.lines.push(if empty {
                Line::fail(
                    "balance",
                    said(&balance),
                    "Add credit in RunPod's console (Billing): at 0 pods are ended with what is on their disks",
                )
            } else {
                Line::ok("balance", said(&balance))
            });
            if empty {
                found.standing = Standing::NoCredit;
            }
        }
        // Keys without this right are usual, and nothing but this line needs it.
        Err(error) if error.kind() == Kind::Scope => found.lines.push(Line::warn(
            "balance",
            "the key may not read the balance",
            "Look at it in the console, or give the key the right to use GraphQL",
        )),
        Err(error) => {
            found.wrong("balance", &error);
        }
    }
}

fn said(balance: &Balance) -> String {
    let mut text = format!("{} are left", balance.left);
    if let Some(spend) = balance.spend {
        text = format!("{text}; the account spends {spend}");
    }
    if let Some(minutes) = balance.minutes.filter(|minutes| *minutes > 0) {
        text = format!("{text}, which lasts for {}", domain::numbers::span(minutes.saturating_mul(60)));
    }
    text
}

async fn volume(client: &RunPod, places: &Places, found: &mut Found) -> Option<Volume> {
    const AREA: &str = "volume";
    let id = places.runpod.volume.as_ref()?;
    let volume = match client.volumes().get(id).await {
        Ok(volume) => volume,
        Err(error) if error.is_not_found() => {
            let next = "Correct runpod.volume, or make one: `brightrun runpod volume create`";
            found.lines.push(Line::fail(AREA, format!("there is no volume {id}"), next));
            return None;
        }
        Err(error) => {
            found.wrong(AREA, &error);
            return None;
        }
    };
    let size = volume.size.map(|gb| format!(" of {gb} GB")).unwrap_or_default();
    let month = match volume.size {
        // The list has a price for standard ones only.
        Some(_) if volume.tier.as_ref().is_some_and(|tier| !tier.is(VolumeType::Standard)) => {
            ", of the fast kind: its bill says what it costs".to_owned()
        }
        Some(gb) => format!(", {} a month, used or not (price of {VOLUMES_AS_OF})", volume_month(gb)),
        None => String::new(),
    };
    let named = places.runpod.volume_data_center.as_deref();
    let line = match named {
        Some(named) if !named.eq_ignore_ascii_case(&volume.data_center) => Line::fail(
            AREA,
            format!("the volume {} is in {}, not in {named}", volume.name, volume.data_center),
            format!("Set runpod.volume_data_center to {}", volume.data_center),
        ),
        _ => Line::ok(AREA, format!("the volume {}{size} is in {}{month}", volume.name, volume.data_center)),
    };
    found.lines.push(line);
    Some(volume)
}
