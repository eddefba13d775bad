#!/bin/sh
# Stands in for Python in the tests of set-up: answers the probe, makes an environment, installs nothing.
# A file FAKE-python makes it fail with that text.
case "$*" in -c*)
    printf '3.12.1\n%s\nvenv\n' "$0"
    exit ;;
esac
echo "${0##*/} $*" >> calls.log
if [ -f FAKE-python ]; then
    read -r text < FAKE-python
    echo "$text" >&2
    exit 1
fi
case "$*" in *' -m venv '*)
    for folder; do :; done
    /bin/mkdir -p "$folder/bin"
    /bin/ln -s "$0" "$folder/bin/python" ;;
esac
