#!/bin/sh
# Installs Chromium for the browser tests where it can: as root on a Debian machine.
# Elsewhere it says what is missing; the other tests run all the same.
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
	export DEBIAN_FRONTEND=noninteractive
	if apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; then
		exit 0
	fi
	echo "need-chromium: the installation of chromium did not work; browser tests are left out" >&2
	exit 0
fi
echo "need-chromium: chromium is missing (Debian package chromium); browser tests are left out" >&2
