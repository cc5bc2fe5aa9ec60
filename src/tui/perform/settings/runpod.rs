//! Questions about RunPod.

use crate::model::settings::runpod::{Answer, Ask};
use crate::perform::{Context, sent};
use engine::runpod::{self, EndpointWish, Stray};
use engine::{CancellationToken, Engine};

/// What a volume is called that is made here; the command line can call it otherwise.
const NAME: &str = "brightrun";

/// Asks the engine.
pub async fn run(context: Context, ask: Ask) -> Answer {
    let Context { engine, progress, cancel, .. } = &context;
    match ask {
        Ask::Check => Answer::Check(sent(runpod::check(engine)).await.map(Box::new).map_err(Into::into)),
        Ask::Rented => Answer::Rented(sent(runpod::rented(engine)).await.map_err(Into::into)),
        Ask::Prices => Answer::Prices(sent(runpod::refresh(engine)).await.map_err(Into::into)),
        Ask::PlanEndpoint(gpus) => {
            let wish = EndpointWish { gpus, ..EndpointWish::default() };
            let plan = sent(runpod::plan_endpoint(engine, &wish)).await;
            Answer::EndpointPlan(plan.map(Box::new).map_err(Into::into))
        }
        Ask::MakeEndpoint(plan) => {
            Answer::Made(sent(runpod::create_endpoint(engine, &plan)).await.map_err(Into::into))
        }
        Ask::PlanVolume(gigabytes, center) => {
            let plan = sent(runpod::plan_volume(engine, NAME, gigabytes, &center)).await;
            Answer::VolumePlan(plan.map(Box::new).map_err(Into::into))
        }
        Ask::MakeVolume(plan) => {
            Answer::Made(sent(runpod::create_volume(engine, &plan)).await.map_err(Into::into))
        }
        Ask::Strays => Answer::Strays(sent(runpod::strays(engine)).await.map_err(Into::into)),
        Ask::End(strays) => Answer::Ended(sent(end(engine, &strays, cancel)).await.map_err(Into::into)),
        Ask::Bill => Answer::Bill(sent(runpod::reconcile(engine, progress)).await.map_err(Into::into)),
        Ask::PlanCache(name) => {
            let plan = sent(runpod::plan_cache(engine, &name, None, None)).await;
            Answer::CachePlan(plan.map(Box::new).map_err(Into::into))
        }
        Ask::Fetch(plan) => {
            let heard = engine::jobs::Heard::none();
            let cached = sent(runpod::cache(engine, &plan, &heard, progress, cancel)).await;
            Answer::Fetched(plan.model, cached.map_err(Into::into))
        }
        Ask::StopFetch(name) => {
            Answer::FetchStopped(sent(runpod::stop_cache(engine, &name, cancel)).await.map_err(Into::into))
        }
    }
}

/// Ends them one after the other; the first that cannot be ended is told, after the others were tried.
async fn end(engine: &Engine, strays: &[Stray], cancel: &CancellationToken) -> engine::Result<usize> {
    let mut failed = None;
    for stray in strays {
        if let Err(error) = runpod::end(engine, stray, cancel).await {
            failed = failed.or(Some(error));
        }
    }
    failed.map_or(Ok(strays.len()), Err)
}
