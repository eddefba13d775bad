#!/usr/bin/env bash
# BeforeInstall: fetches the image by its digest. Nothing that runs is touched.
set -Eeuo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Docker writes down what it signs in with: in memory, for as long as this takes.
sign_in() {
  local said
  [[ $(stat --file-system --format %T "$RUN_DIR") == tmpfs ]] ||
    fail "$RUN_DIR is on a disk, where the sign-in to the registry would be left: mount a tmpfs on /run."
  export DOCKER_CONFIG="$RUN_DIR/docker"
  # A hook that was killed has left it.
  rm -rf -- "$DOCKER_CONFIG"
  mkdir --mode 700 "$DOCKER_CONFIG"
  said="$(aws ecr get-login-password | docker login --username AWS --password-stdin "${IMAGE%%/*}" 2>&1)" || {
    printf '%s\n' "$said" >&2
    fail "Docker could not sign in to ${IMAGE%%/*}: the instance's role needs ecr:GetAuthorizationToken (deploy/infrastructure/fleet.yaml)."
  }
}

# Called when this fails.
undo() { sign_out; }
sign_out() { rm -rf -- "$RUN_DIR/docker"; }

begin
read_release
# As with the release before, to which the way back is not to depend on the registry.
if docker image inspect "$IMAGE" > /dev/null 2>&1; then
  say "$IMAGE is here already."
  exit
fi
sign_in
docker pull --quiet "$IMAGE" > /dev/null ||
  fail "$IMAGE could not be pulled: see whether the registry has that digest, and whether the disk has room (df -h)."
sign_out
say "pulled $IMAGE."
