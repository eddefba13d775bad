#!/usr/bin/env bash
# ValidateService: what was started is looked at once more, opens the port beside the release that answers, and takes its
# place. Until then nothing of that one is touched.
set -Eeuo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Which model is served is the alias's to say, not the release's; so it is compared only where that is wished.
expect_model() {
  local name="$1" port info version=unknown
  if [[ -z $EXPECTED_MODEL_VERSION ]]; then return; fi
  port="$(label_of "$name" admin-port)"
  info="$(ask "$port" /model-info || true)"
  if [[ $info =~ \{\"registered_model\":\"[^\"]*\",\"alias\":[^,]*,\"version\":([0-9]+), ]]; then version="${BASH_REMATCH[1]}"; fi
  [[ $version == "$EXPECTED_MODEL_VERSION" ]] ||
    fail "it serves version $version of the model, and release.env has EXPECTED_MODEL_VERSION=$EXPECTED_MODEL_VERSION: promote that one, or leave the line out."
}

begin
read_release
next="$(state_of "$NEXT")"
current="$(state_of "$CURRENT")"
if [[ -z $next && -n $current && $(label_of "$CURRENT" deployment) == "${DEPLOYMENT_ID:-}" ]]; then
  await_ready "$CURRENT" "$RELEASE" "$OPEN_SECONDS"
  say 'this deployment answers already.'
  exit
fi
[[ -n $next && $(label_of "$NEXT" deployment) == "${DEPLOYMENT_ID:-}" ]] ||
  fail 'there is no container of this deployment: start.sh has to succeed before. Deploy again.'

is_taking_over=false
# Called when this fails.
undo() {
  if [[ $is_taking_over == true ]]; then
    printf 'The new release answers, and the one before is not put aside yet: the next deployment does that.\n' >&2
    return
  fi
  docker logs --tail 10 "$NEXT" >&2
  remove_container "$NEXT"
  remove_unused_images "${IMAGE%@*}"
}
# With the release before already stopped by a run that was cut short, the new one is the only one that answers.
if [[ -e $(open_file_of "$NEXT") && $current != running ]]; then is_taking_over=true; fi
await_ready "$NEXT" "$RELEASE" "$OPEN_SECONDS"
expect_model "$NEXT"
open_port "$NEXT"
is_taking_over=true
take_over
say "the release $RELEASE answers."
