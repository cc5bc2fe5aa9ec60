//! The bill, in buckets, late.

use super::errors::Problem;
use super::{Answer, Request, Route};
use crate::clock::{DAY, HOUR, Ms, read, written};
use crate::money::{Micros, dollars};
use crate::world::{Kind, PARTS, World};
use serde_json::{Map, Value, json};

impl World {
    pub(super) fn rest_billing(&self, request: &Request, route: &Route<'_>) -> Result<Answer, Problem> {
        let (from, to, word, buckets) = self.window(request)?;
        let known = self.now - self.settings.billing_lag.clamp(0, HOUR);
        // The names of a bill's parts; an empty one is never used.
        let (kind, owner, names) = match route.name {
            "billing.pods" => (Kind::Pod, "podId", ["gpuAmount", "cpuAmount", "diskAmount"]),
            "billing.serverless" => (Kind::Worker, "serverlessId", ["gpuAmount", "feeAmount", ""]),
            "billing.volumes" => {
                (Kind::Volume, "networkVolumeId", ["standardAmount", "highPerformanceAmount", ""])
            }
            // Public endpoints, a different product: nothing of ours is ever there.
            "billing.endpoints" => {
                let query = json!({"startTime": written(from), "endTime": written(to), "bucketSize": word});
                return Ok(Answer::json(
                    200,
                    json!({"records": [], "metadata": {"query": query, "recordCount": 0, "totals": {"totalAmount": 0}}}),
                ));
            }
            _ => return Ok(self.whole_bill(from, to, word, &buckets, known)),
        };
        let wanted = request.query(owner);
        let records = self.ledger.records(kind, wanted, &buckets, known);
        let amounts = |parts: [Micros; PARTS]| {
            let mut amounts = Map::new();
            amounts.insert("totalAmount".into(), dollars(parts.iter().sum()));
            for (name, part) in names.iter().zip(parts).filter(|(name, _)| !name.is_empty()) {
                amounts.insert((*name).to_owned(), dollars(part));
            }
            if kind == Kind::Worker {
                amounts.extend(["cpuAmount", "diskAmount"].map(|name| (name.to_owned(), json!(0))));
            }
            amounts
        };
        let shown: Vec<_> = records
            .iter()
            .map(|record| {
                let mut shown = json!({"startTime": written(record.from), "endTime": written(record.to), owner: record.owner});
                if let Some(shown) = shown.as_object_mut() {
                    shown.extend(amounts(record.parts));
                }
                shown
            })
            .collect();
        let totals = records
            .iter()
            .fold([0; PARTS], |sum, record| std::array::from_fn(|part| sum[part] + record.parts[part]));
        let mut owners: Vec<_> = records.iter().map(|record| &record.owner).collect();
        owners.sort_unstable();
        owners.dedup();
        let unique =
            format!("unique{}{}Count", &owner[..1].to_uppercase(), owner[1..].trim_end_matches("Id"));
        let metadata = json!({
            "query": {"startTime": written(from), "endTime": written(to), "bucketSize": word, owner: wanted},
            "recordCount": shown.len(), unique: owners.len(), "totals": amounts(totals),
        });
        Ok(Answer::json(200, json!({"records": shown, "metadata": metadata})))
    }

    fn whole_bill(&self, from: Ms, to: Ms, word: &str, buckets: &[(Ms, Ms)], known: Ms) -> Answer {
        const NAMES: [&str; 3 * PARTS] = [
            "podGpuAmount",
            "podCpuAmount",
            "podDiskAmount",
            "serverlessGpuAmount",
            "serverlessFeeAmount",
            "",
            "storageStandardAmount",
            "storageHighPerformanceAmount",
            "",
        ];
        const NEVER: [&str; 6] = [
            "serverlessCpuAmount",
            "serverlessDiskAmount",
            "endpointAmount",
            "clusterGpuAmount",
            "clusterDiskAmount",
            "clusterNetworkingAmount",
        ];
        let mut sums: Vec<(Ms, Ms, [Micros; 3 * PARTS])> =
            buckets.iter().map(|(from, to)| (*from, *to, [0; 3 * PARTS])).collect();
        for (at, kind) in [Kind::Pod, Kind::Worker, Kind::Volume].into_iter().enumerate() {
            for record in self.ledger.records(kind, None, buckets, known) {
                let bucket = sums.partition_point(|(from, ..)| *from < record.from);
                for (into, part) in sums[bucket].2[PARTS * at..].iter_mut().zip(record.parts) {
                    *into += part;
                }
            }
        }
        let amounts = |parts: [Micros; 3 * PARTS]| -> Map<String, Value> {
            let named = NAMES.iter().zip(parts).filter(|(name, _)| !name.is_empty());
            let all = named.chain(NEVER.iter().zip([0; 6])).chain([(&"totalAmount", parts.iter().sum())]);
            all.map(|(name, part)| ((*name).to_owned(), dollars(part))).collect()
        };
        let total = sums.iter().fold([0; 3 * PARTS], |mut total, (.., parts)| {
            for (into, part) in total.iter_mut().zip(parts) {
                *into += part;
            }
            total
        });
        let shown: Vec<_> = sums
            .iter()
            .filter(|(.., parts)| *parts != [0; 3 * PARTS])
            .map(|(from, to, parts)| {
                let mut shown = amounts(*parts);
                shown.insert("startTime".into(), json!(written(*from)));
                shown.insert("endTime".into(), json!(written(*to)));
                shown
            })
            .collect();
        let query = json!({"startTime": written(from), "endTime": written(to), "bucketSize": word});
        Answer::json(
            200,
            json!({"records": shown, "metadata": {"query": query, "recordCount": shown.len(), "totals": amounts(total)}}),
        )
    }

    /// Start, end, word and buckets that a request asks for.
    #[expect(clippy::type_complexity, reason = "read in one place")]
    fn window(&self, request: &Request) -> Result<(Ms, Ms, &'static str, Vec<(Ms, Ms)>), Problem> {
        let (word, size) = match request.query("bucketSize") {
            Some("hour") => ("hour", HOUR),
            None | Some("day") => ("day", DAY),
            Some("week") => ("week", 7 * DAY),
            Some("month") => ("month", 30 * DAY),
            Some("year") => ("year", 365 * DAY),
            Some(other) => {
                return Err(Problem::body(vec![format!("query.bucketSize: unknown value {other}")]));
            }
        };
        let down = |at: Ms| at - at.rem_euclid(size);
        let moment = |name: &str, usual: Ms| match request.query(name) {
            None => Ok(usual),
            Some(text) => {
                read(text).ok_or_else(|| Problem::body(vec![format!("query.{name}: expected RFC 3339")]))
            }
        };
        let to = moment("endTime", self.now)?;
        let to = if to == down(to) { to } else { down(to) + size };
        let from = match request.query("lastN").map(str::parse::<i64>) {
            Some(Ok(n)) if n >= 1 => to - n * size,
            Some(_) => {
                return Err(Problem::body(vec!["query.lastN: expected an integer of at least 1".to_owned()]));
            }
            None => down(moment("startTime", self.now - 30 * DAY)?),
        };
        if from >= to {
            return Err(Problem::new(400, "startTime must be before endTime"));
        }
        let count = usize::try_from((to - from) / size).unwrap_or(0);
        let buckets = (0..i64::try_from(count).unwrap_or(0))
            .map(|n| (from + n * size, from + (n + 1) * size))
            .collect();
        Ok((from, to, word, buckets))
    }
}
