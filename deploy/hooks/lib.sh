#!/usr/bin/env bash
# What the hooks share: names, saying and failing, the release, and what is asked of Docker and of a server.
# Sourced by each of them, after `set -Eeuo pipefail`.
# What is named here is used by those who source it.
# shellcheck disable=SC2034

export LC_ALL=C

# Times in seconds. They nest, which deploy/hooks.test.ts holds them to: a server drains and gives its models back within
# twice DRAIN_SECONDS and some grace, then Docker would kill it, then the agent would end the hook.
readonly DRAIN_SECONDS=10
readonly STOP_SECONDS=30
readonly READY_SECONDS="${READY_SECONDS:-150}"
readonly OPEN_SECONDS=10
readonly LOCK_SECONDS=45

readonly PORT=8000
# Below those that the system gives to connections, so that none of these has it by chance.
readonly FIRST_ADMIN_PORT=8001
readonly LAST_ADMIN_PORT=8019

readonly SERVICE="${APPLICATION_NAME:-food-eta}"
# The containers, by what they are for.
readonly CURRENT="$SERVICE"
readonly NEXT="$SERVICE-next"
readonly PREVIOUS="$SERVICE-previous"
# A folder for each container, in which a file has its port opened; outlives the start of the host.
readonly STATE_DIR="/var/lib/$SERVICE"
# What settings may name as files, such as API_TOKENS_FILE; who sets up the host puts them there, or nothing.
readonly FILES_DIR="/usr/local/etc/$SERVICE"
# In memory: the lock, and for a moment what Docker signs in with.
readonly RUN_DIR="/run/$SERVICE"
# The revision that this script is of.
BUNDLE="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
readonly BUNDLE

REASON=''

say() { printf '%s\n' "$*"; }

# Ends the hook. The sentence is said last, since CodeDeploy reports the last 2048 characters alone.
fail() {
  if ((BASH_SUBSHELL > 0)); then printf '%s\n' "$*" >&2; fi
  REASON="$*"
  exit 1
}

# Called when a hook ends; `undo` is what it has to take back when it failed, if anything.
ended() {
  local code=$? script="${0##*/}"
  ((code == 0)) && return
  # What fails here is said and does not keep the sentence from being said.
  set +e
  trap - ERR
  trap '' TERM INT HUP
  if declare -F undo > /dev/null; then undo; fi
  printf '%s\n' "$script: ${REASON:-ended with exit code $code; what was said above tells why.}" >&2
}

# To be called first: one hook at a time, as root, with a daemon that answers.
begin() {
  trap ended EXIT
  trap 'fail "was told to end before it was done, as at its time-out in appspec.yml: deploy again."' TERM INT HUP
  trap 'REASON="line $LINENO, $BASH_COMMAND, failed; what it said is above: mend that and deploy again."' ERR
  [[ $SERVICE =~ ^[a-z][a-z0-9-]{1,19}$ ]] ||
    fail "APPLICATION_NAME is '$SERVICE': allowed are 2 to 20 lower-case letters, digits and hyphens, a letter first."
  ((EUID == 0)) || fail 'only root may do this: run it with sudo.'
  install --directory --mode 700 "$RUN_DIR"
  install --directory --mode 755 "$STATE_DIR"
  exec 9> "$RUN_DIR/lock"
  flock --timeout "$LOCK_SECONDS" 9 ||
    fail "another hook is at work since more than $LOCK_SECONDS s ($RUN_DIR/lock): wait for it to end, and deploy again."
  docker version > /dev/null || fail 'Docker does not answer: see what systemctl status docker says on the instance.'
}

# Reads release.env into IMAGE, RELEASE and EXPECTED_MODEL_VERSION. It is read, not run.
read_release() {
  local file="$BUNDLE/release.env" line
  IMAGE='' RELEASE='' EXPECTED_MODEL_VERSION=''
  [[ -f $file ]] || fail "$file is not there: a revision is made with it, by the release script."
  while IFS= read -r line || [[ -n $line ]]; do
    case "$line" in
      '' | '#'*) ;;
      IMAGE=*) IMAGE="${line#*=}" ;;
      RELEASE=*) RELEASE="${line#*=}" ;;
      EXPECTED_MODEL_VERSION=*) EXPECTED_MODEL_VERSION="${line#*=}" ;;
      *) fail "release.env has the line '$line': allowed are IMAGE=, RELEASE= and EXPECTED_MODEL_VERSION=." ;;
    esac
  done < "$file"
  [[ $IMAGE =~ ^[a-z0-9][a-z0-9._:/-]*/[a-z0-9._/-]+@sha256:[0-9a-f]{64}$ ]] ||
    fail "release.env names the image '$IMAGE', which could be another one tomorrow: name it as REGISTRY/REPOSITORY@sha256:DIGEST."
  [[ $RELEASE =~ ^[0-9a-f]{40}$ ]] ||
    fail "release.env has RELEASE='$RELEASE': allowed is the commit that the image is of, 40 hexadecimal digits."
  [[ $EXPECTED_MODEL_VERSION =~ ^([1-9][0-9]{0,8})?$ ]] ||
    fail "release.env has EXPECTED_MODEL_VERSION='$EXPECTED_MODEL_VERSION': allowed is the number of a version, or to leave it out."
  # The instance is in the region of its registry.
  if [[ $IMAGE =~ ^[0-9]+\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\. ]]; then export AWS_REGION="${BASH_REMATCH[1]}"; fi
}

# The state of a container, such as `running`; nothing where there is none of that name.
state_of() {
  docker ps --all --no-trunc --filter "name=^/?$1\$" --format '{{.State}}'
}

# What a container was labelled with when it was made.
label_of() {
  docker container inspect --format "{{index .Config.Labels \"release.$2\"}}" "$1"
}

# The file that has the port of a container opened.
open_file_of() {
  printf '%s/%s/open' "$STATE_DIR" "$(label_of "$1" deployment)"
}

# What a server answers on its private port, head and all. With what bash itself has.
ask() {
  # shellcheck disable=SC2016  # for the inner shell
  timeout 3 bash -c 'exec 3<> "/dev/tcp/127.0.0.1/$0" &&
    printf "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n" "$1" >&3 && cat <&3' "$1" "$2" 2> /dev/null
}

# Waits until a container, asked on its own port, is of that release and has a model.
await_ready() {
  local name="$1" release="$2" within="$3" port answer end status reason='nothing, since nobody answers there'
  port="$(label_of "$name" admin-port)"
  end=$((SECONDS + within))
  while true; do
    answer="$(ask "$port" /health || true)"
    if [[ $answer =~ \"release\":\"([^\"]*)\" && ${BASH_REMATCH[1]} != "$release" ]]; then
      fail "the image is of the release '${BASH_REMATCH[1]}' and the revision of '$release': name the image that was built of that commit."
    fi
    if [[ $answer == 'HTTP/1.1 200 '* && $answer == *'"model_loaded":true'* ]]; then return; fi
    status="$(docker container inspect --format '{{.State.Status}}, exit code {{.State.ExitCode}}, restarted {{.RestartCount}} times' "$name")"
    [[ $status == 'running, exit code 0, restarted 0 times' ]] ||
      fail "the container ended instead of serving ($status): its last lines above say why."
    if ((SECONDS >= end)); then
      if [[ $answer =~ \"reason\":\"([^\"]*[^\".]) ]]; then reason="${BASH_REMATCH[1]}"; fi
      fail "it was not ready within $within s. Its /health says: $reason."
    fi
    sleep 0.2
  done
}

# Ends and removes a container with all that is its own. One whose port is open is given the time to answer.
remove_container() {
  local name="$1" deployment
  deployment="$(label_of "$name" deployment)"
  if [[ -n $deployment && -e $STATE_DIR/$deployment/open ]]; then docker stop "$name" > /dev/null; fi
  docker rm --force --volumes "$name" > /dev/null
  # One that was not made by these hooks has no folder.
  if [[ -n $deployment ]]; then rm -rf -- "${STATE_DIR:?}/$deployment"; fi
}

# Removes the images of a repository that no container is of.
remove_unused_images() {
  local repository="$1" used id
  used="$(docker ps --all --quiet --no-trunc | xargs --no-run-if-empty docker container inspect --format '{{.Image}}')"
  for id in $(docker image ls --quiet --no-trunc "$repository" | sort --unique); do
    if [[ $used != *"$id"* ]]; then
      docker image rm "$id" > /dev/null || say "the image $id is not used and could not be removed."
    fi
  done
}

# Has a container that is ready open the port, beside whoever has it.
open_port() {
  local name="$1" port end file
  file="$(open_file_of "$name")"
  port="$(label_of "$name" admin-port)"
  touch "$file"
  end=$((SECONDS + OPEN_SECONDS))
  while [[ $(ask "$port" /health || true) != *'"port_open":true'* ]]; do
    ((SECONDS < end)) ||
      fail "the container did not open port $PORT within $OPEN_SECONDS s: another program may have it (ss -ltnp tells which)."
    sleep 0.1
  done
}

# Puts the next container, whose port is open, into the place of the current one, which answers what it has and is kept.
# From here on there is no way back but deploying: whatever fails, the next one answers. May be begun again at any point.
take_over() {
  local current previous repository
  current="$(state_of "$CURRENT")"
  if [[ -n $current ]]; then
    docker stop "$CURRENT" > /dev/null
    say "the release before was stopped, $(docker container inspect --format 'exit code {{.State.ExitCode}}' "$CURRENT")."
    previous="$(state_of "$PREVIOUS")"
    if [[ -n $previous ]]; then remove_container "$PREVIOUS"; fi
    docker rename "$CURRENT" "$PREVIOUS"
  fi
  docker rename "$NEXT" "$CURRENT"
  repository="$(docker container inspect --format '{{.Config.Image}}' "$CURRENT")"
  remove_unused_images "${repository%@*}"
}

# What an earlier hook left that did not come to its end: the next container, if there is one, is removed, unless it is
# the only one that answers.
settle() {
  local next current
  next="$(state_of "$NEXT")"
  if [[ -z $next ]]; then return; fi
  current="$(state_of "$CURRENT")"
  if [[ $current != running && -e $(open_file_of "$NEXT") ]]; then
    say 'an earlier hand-over is brought to its end.'
    take_over
  else
    say 'what is left of an earlier deployment is removed.'
    remove_container "$NEXT"
  fi
}
