#!/usr/bin/env bash
# By hand, on one instance: back to the release before, which was kept. In the same order as a deployment, so that
# callers do not notice; run once more it goes forth again.
set -Eeuo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

begin
settle
previous="$(state_of "$PREVIOUS")"
[[ -n $previous ]] || fail "there is no $PREVIOUS to return to: deploy the revision that is wanted."

is_taking_over=false
# Called when this fails.
undo() {
  if [[ $is_taking_over == true ]]; then return; fi
  docker logs --tail 10 "$NEXT" >&2
  docker stop "$NEXT" > /dev/null
  docker rename "$NEXT" "$PREVIOUS"
}
# It would open its port as soon as it is started.
rm -f -- "$(open_file_of "$PREVIOUS")"
docker rename "$PREVIOUS" "$NEXT"
docker start "$NEXT" > /dev/null
commit="$(label_of "$NEXT" commit)"
await_ready "$NEXT" "$commit" "$READY_SECONDS"
open_port "$NEXT"
is_taking_over=true
take_over
say "the release $commit answers again, with the settings that it was started with; the other one is kept as $PREVIOUS."
