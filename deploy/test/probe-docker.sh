#!/usr/bin/env bash
# Whether a Docker daemon of one's own can run a container on this machine: a daemon is started, an image made of one
# program of this system, and that is run as the tests run theirs. Ends with 0; or else with 1, and the last line says why.
set -euo pipefail

folder=$(mktemp --directory --tmpdir food-eta-probe-XXXXXX)
daemon=''
# shellcheck disable=SC2317 # It is what the trap calls.
clean_up() {
  if [ -n "$daemon" ]; then
    kill "$daemon" 2> /dev/null || true
    wait "$daemon" || true
  fi
  umount "$folder"/exec/netns/* 2> /dev/null || true
  # Where there is no right to take away what the daemon has mounted, it stays; what was found out does not change.
  rm -rf "$folder" 2> /dev/null || true
}
trap clean_up EXIT

refuse() {
  echo "$1: $(grep -v '^$' "$2" | tail -n 1)"
  exit 1
}

/usr/sbin/dockerd -H "unix://$folder/socket" --data-root "$folder/data" --exec-root "$folder/exec" \
  --pidfile "$folder/pid" --storage-driver overlay2 --cgroup-parent /food-eta-probe \
  --iptables=false --bridge=none --ip-forward=false < /dev/null > "$folder/log" 2>&1 &
daemon=$!
export DOCKER_HOST=unix://$folder/socket HOME=$folder
for ((tries = 0; ; tries++)); do
  if /usr/bin/docker version > "$folder/said" 2>&1; then break; fi
  if ! kill -0 "$daemon" 2> /dev/null || ((tries == 100)); then
    refuse 'a Docker daemon does not start' "$folder/log"
  fi
  sleep 0.1
done

# The program and what it is linked with, as `ldd` lists it.
mapfile -t files < <(ldd /bin/true | grep -o '/[^ ]*')
tar --create --dereference --absolute-names /bin/true "${files[@]}" | /usr/bin/docker import - probe > "$folder/said" 2>&1 ||
  refuse 'Docker cannot keep an image' "$folder/said"
/usr/bin/docker run --rm --network=host --read-only --cap-drop=ALL --security-opt=no-new-privileges \
  --memory=64m --pids-limit=16 probe /bin/true > "$folder/said" 2>&1 ||
  refuse 'a container does not run' "$folder/said"
