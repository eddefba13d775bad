#!/usr/bin/env bash
# ApplicationStart: starts the new container beside the one that answers, and waits until it is ready. Its port stays
# closed, so that no caller notices.
set -Eeuo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# What the hand-over depends on, and what would change the commands here: not to be set from outside.
readonly OURS='^(HOST|PORT|ADMIN_HOST|ADMIN_PORT|ALLOW_SHARED_PORT|OPEN_FILE|DRAIN_TIMEOUT_MS|RELEASE|CACHE_DIR|NODE_OPTIONS)$|^(AWS|BASH|DOCKER|LD|LC)_|^(BASH|BASHOPTS|DIRSTACK|ENV|EUID|GROUPS|HOME|IFS|IMAGE|PATH|PPID|SHELLOPTS|UID)$'

# Reads the settings, a line `/SERVICE/NAME<tab>VALUE` each, into `settings`: into memory alone, secrets among them.
read_settings() {
  local line name
  settings="$(aws ssm get-parameters-by-path --path "/$SERVICE/" --with-decryption \
    --query 'Parameters[].[Name,Value]' --output text)" ||
    fail "the settings below /$SERVICE/ could not be read: the instance's role needs ssm:GetParametersByPath on them (deploy/infrastructure/fleet.yaml)."
  if [[ $settings == None ]]; then settings=''; fi
  # What is wrong is told by its name, never by its value.
  while IFS= read -r line; do
    [[ -n $line ]] || continue
    name="${line%%$'\t'*}"
    [[ $line == "/$SERVICE/"*$'\t'* && ${name#"/$SERVICE/"} =~ ^[A-Z][A-Z0-9_]*$ ]] ||
      fail "a setting below /$SERVICE/ is no NAME of capital letters with a value of one line: mend it with aws ssm put-parameter, or mount a file."
    [[ ! ${name#"/$SERVICE/"} =~ $OURS ]] ||
      fail "$name is for the deployment itself to set: remove it with aws ssm delete-parameter --name $name."
  done < <(printf '%s\n' "$settings")
}

# Finds a port of this host that nobody listens on and none of our containers is made with, into `admin_port`.
find_admin_port() {
  local taken
  taken="$(docker ps --all --filter label=release.admin-port --format '{{.Label "release.admin-port"}}')"
  for ((admin_port = FIRST_ADMIN_PORT; admin_port <= LAST_ADMIN_PORT; admin_port++)); do
    if [[ $'\n'"$taken"$'\n' == *$'\n'"$admin_port"$'\n'* ]]; then continue; fi
    if ! (exec 3<> "/dev/tcp/127.0.0.1/$admin_port") 2> /dev/null; then return; fi
  done
  fail "all ports from $FIRST_ADMIN_PORT to $LAST_ADMIN_PORT are taken (ss -ltnp tells by whom): end what has one of them."
}

# In a shell of its own, whose environment gets the settings: as arguments they could be read by any user of the host.
run_container() (
  folder="$STATE_DIR/$DEPLOYMENT_ID"
  install --directory --mode 755 "$folder"
  passed=()
  while IFS= read -r line; do
    [[ -n $line ]] || continue
    name="${line%%$'\t'*}"
    name="${name##*/}"
    export "$name=${line#*$'\t'}"
    passed+=(--env "$name")
  done < <(printf '%s\n' "$settings")
  mounts=(--mount "type=bind,source=$folder,target=/run/hand-over,readonly")
  if [[ -d $FILES_DIR ]]; then mounts+=(--mount "type=bind,source=$FILES_DIR,target=$FILES_DIR,readonly"); fi
  # Two of them for as long as a hand-over takes, and the system.
  memory_kib="$(($(awk '/^MemTotal:/ { print $2 }' /proc/meminfo) * 2 / 5))"
  docker run --detach --name "$NEXT" \
    --label "release.deployment=$DEPLOYMENT_ID" --label "release.commit=$RELEASE" \
    --label "release.admin-port=$admin_port" \
    --network host --user 1000:1000 --read-only --cap-drop ALL --security-opt no-new-privileges \
    --memory "${memory_kib}k" --memory-swap "${memory_kib}k" --pids-limit 256 \
    --restart unless-stopped --stop-timeout "$STOP_SECONDS" \
    --log-driver json-file --log-opt max-size=10m --log-opt max-file=3 \
    "${mounts[@]}" "${passed[@]}" \
    --env "PORT=$PORT" --env ALLOW_SHARED_PORT=1 --env OPEN_FILE=/run/hand-over/open \
    --env ADMIN_HOST=127.0.0.1 --env "ADMIN_PORT=$admin_port" --env "DRAIN_TIMEOUT_MS=${DRAIN_SECONDS}000" \
    "$IMAGE" > /dev/null
)

begin
read_release
[[ ${DEPLOYMENT_ID:-} =~ ^[A-Za-z0-9-]+$ ]] || fail 'DEPLOYMENT_ID is not set: this is run by the agent of CodeDeploy.'
settle
current="$(state_of "$CURRENT")"
if [[ $current == running && $(label_of "$CURRENT" deployment) == "$DEPLOYMENT_ID" ]]; then
  say 'this deployment answers already.'
  exit
fi

# Called when this fails.
undo() {
  if [[ -n $(state_of "$NEXT") ]]; then
    docker logs --tail 10 "$NEXT" >&2
    remove_container "$NEXT"
  fi
  rm -rf -- "${STATE_DIR:?}/$DEPLOYMENT_ID"
  remove_unused_images "${IMAGE%@*}"
}
read_settings
find_admin_port
run_container || fail 'Docker could not start the container; what it said is above.'
await_ready "$NEXT" "$RELEASE" "$READY_SECONDS"
say "the release $RELEASE is ready, on 127.0.0.1:$admin_port."
