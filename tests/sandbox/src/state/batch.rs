//! Rules all batches share: their size, which inputs are bad, the order of the answer.

use super::Refusal;
use crate::settings::{ResultOrder, Settings};

/// The inputs of a batch that may be created, and why the others may not.
pub(super) struct Checked<I> {
    pub(super) good: Vec<I>,
    pub(super) refusal: Option<Refusal>,
}

/// Checks a batch; an atomic one with a bad input is refused as a whole.
pub(super) fn check<I>(
    inputs: Vec<I>,
    settings: &Settings,
    mut fault: impl FnMut(usize, &I) -> Option<Refusal>,
) -> Result<Checked<I>, Refusal> {
    if inputs.is_empty() {
        return Err(Refusal::input("inputs must not be empty"));
    }
    if let Some(max) = settings.max_batch.filter(|max| inputs.len() > *max) {
        let message = format!(
            "inputs has {} entries, at most {max} are allowed",
            inputs.len()
        );
        return Err(Refusal::new("BATCH_TOO_LARGE", message));
    }
    let mut good = Vec::with_capacity(inputs.len());
    let mut refusal = None;
    for (at, input) in inputs.into_iter().enumerate() {
        match fault(at, &input) {
            None => good.push(input),
            Some(found) if settings.batch_atomic => return Err(found),
            Some(found) => refusal = refusal.or(Some(found)),
        }
    }
    Ok(Checked { good, refusal })
}

/// What is wrong with one entry's name and external id, if anything. `take` reserves an external
/// id and says whether it was free.
pub(super) fn entry_fault(
    at: usize,
    name: &str,
    external_id: &str,
    settings: &Settings,
    take: impl FnOnce(&str) -> bool,
) -> Option<Refusal> {
    if name.trim().is_empty() {
        return Some(Refusal::input(format!(
            "inputs[{at}].name must not be empty"
        )));
    }
    if external_id.trim().is_empty() {
        return Some(Refusal::input(format!(
            "inputs[{at}].externalId must not be empty"
        )));
    }
    if settings.poison_external_ids.contains(external_id) {
        let message = format!("inputs[{at}] ({external_id}) cannot be processed");
        return Some(Refusal::new("INTERNAL_SERVER_ERROR", message));
    }
    if take(external_id) {
        return None;
    }
    let message = format!("inputs[{at}]: externalId {external_id} already exists");
    Some(Refusal::new("DUPLICATE_EXTERNAL_ID", message))
}

/// Puts the answer of a batch into the order the settings ask for.
pub(super) fn arrange<T>(items: &mut [T], order: ResultOrder) {
    match order {
        ResultOrder::Input => {}
        ResultOrder::Reversed => items.reverse(),
        ResultOrder::Shuffled => fastrand::Rng::with_seed(1).shuffle(items),
    }
}
