#!/bin/sh
# Make this checkout ready to run: system packages, .venv, Python packages. `make` calls it.
#
#   deploy/setup-dev.sh [--demo] [--servers] [--engines] [--npm]
#
# Without options: what Python needs to build pymilter, then .venv with the packages pinned in
# constraints.txt. --demo: Postfix and Dovecot as well. --servers: these, ManageSieve, Cyrus, OpenDKIM
# and OpenDMARC, for the tests. --engines: debootstrap. --npm: npm as well, for the corpus.
#
# Installs with apt-get only what is missing, as root or through sudo. Never starts a daemon: a
# policy-rc.d that says no stands there while packages are installed, and services that came with
# them are disabled (the demonstration runs servers of its own, from temporary folders). Never
# removes a package: where Postfix would push out another mail server it stops and says so.
# A second run changes nothing and uses no network; what was installed is noted in .make/python.
#
# PYTHON names the interpreter (python3, 3.11 or later).
set -eu

cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        fail "this needs root: run it as root, or install sudo"
    fi
}

# --- system packages ----------------------------------------------------------------------------

missing=''
want() { missing="$missing $*"; }

python_has() { have "$PYTHON" && "$PYTHON" -c "$1" >/dev/null 2>&1; }

look_for_python() {
    # The check of ensurepip tells whether Debian's python3-venv is there.
    python_has 'import ensurepip, venv' || want python3 python3-venv
    python_has 'import os, sysconfig; os.stat(sysconfig.get_path("include") + "/Python.h")' ||
        want python3-dev
    # pymilter is built from source; --no-install-recommends leaves out the C library's headers.
    { have cc && have gcc && [ -e /usr/include/stdio.h ]; } || want gcc libc6-dev
    [ -e /usr/include/libmilter/mfapi.h ] || want libmilter-dev
}

look_for_demo() {
    [ -x /usr/lib/postfix/sbin/master ] || want postfix
    [ -x /usr/sbin/dovecot ] || want dovecot-core
    [ -x /usr/lib/dovecot/imap ] || want dovecot-imapd
    [ -x /usr/lib/dovecot/lmtp ] || want dovecot-lmtpd
    [ -e /usr/lib/dovecot/modules/lib90_sieve_plugin.so ] || want dovecot-sieve
}

look_for_servers() {
    look_for_demo
    [ -x /usr/lib/dovecot/managesieve ] || want dovecot-managesieved
    [ -x $cyrus/timsieved ] || want cyrus-common
    set -- /usr/lib/*/sasl2/libsasldb.so
    [ -e "$1" ] || want libsasl2-modules-db
    [ -x /usr/sbin/saslpasswd2 ] || want sasl2-bin
    have openssl || want openssl
    # They say who a mail is from (tests/mta/test_trust_real.py); dnsmasq has the keys. Without
    # dbconfig-no-thanks, opendmarc would bring a database client.
    [ -x /usr/sbin/opendkim ] || want opendkim
    [ -x /usr/sbin/opendmarc ] || want opendmarc dbconfig-no-thanks
    [ -x /usr/sbin/dnsmasq ] || want dnsmasq-base
    # The expressions of scripts are tried as Dovecot 2.4 does (tests/support/regexengines.py).
    set -- /usr/lib/*/libpcre2-8.so.0
    [ -e "$1" ] || want libpcre2-8-0
    # A Sieve that knows header fields only; it needs a mail server, and takes any that is there.
    have sieve || want mailutils
    # The fast tests run a second time on a day far ahead.
    have faketime || want faketime
}

cyrus=/usr/lib/cyrus/bin
unpack_cyrus() {
    # Debian's dovecot-imapd and cyrus-imapd exclude each other, so the one program that
    # cyrus-common lacks is unpacked here instead of installed; the tests look for it in .make.
    [ ! -x $cyrus/imapd ] && [ ! -x .make/cyrus$cyrus/imapd ] || return 0
    version=$(dpkg-query -W -f '${Version}' cyrus-common)
    say "unpacking cyrus-imapd $version into .make/cyrus"
    rm -rf .make/cyrus .make/deb
    mkdir -p .make/cyrus .make/deb
    # Both halves must be of one version: they share libraries that have no stable interface.
    download() { (cd .make/deb && apt-get -q download "cyrus-imapd=$version") >>.make/apt.log 2>&1; }
    download || { apt_get update >>.make/apt.log 2>&1 && download; } ||
        fail "could not fetch cyrus-imapd $version (whole log: .make/apt.log); if there is a newer" \
            "one by now: apt-get install --no-install-recommends cyrus-common"
    dpkg-deb -x .make/deb/cyrus-imapd_*.deb .make/cyrus
    rm -rf .make/deb
}

servers=
for option in "$@"; do
    case $option in
        --demo) look_for_demo ;;
        --servers) servers=yes; look_for_servers ;;
        --engines) have debootstrap || want debootstrap ;;
        --npm) have npm || want npm ;;
        *) fail "unknown option $option" ;;
    esac
done
# A virtual environment that is complete needs no compiler any more.
fresh=$(printf '%s\n' "$PWD" "$PYTHON" && cat pyproject.toml constraints.txt)
if ! { [ -x .venv/bin/coldstop ] && [ "$(cat .make/python 2>/dev/null || :)" = "$fresh" ]; }; then
    stale=yes
    look_for_python
else
    stale=
fi

policy=/usr/sbin/policy-rc.d
guard() {
    # invoke-rc.d asks this script before it starts anything; 101 means "not allowed".
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\n# coldstop: deploy/setup-dev.sh is installing\nexit 101\n' |
            as_root tee $policy >/dev/null
        as_root chmod 755 $policy
        guarded=yes
    fi
}
unguard() {
    [ -z "${guarded:-}" ] || as_root rm -f $policy
    guarded=
}

install_packages() {
    have apt-get || fail "these packages are missing, and there is no apt-get to install them:$missing"
    say "installing with apt-get:$missing"
    trap unguard EXIT
    trap 'exit 130' INT HUP TERM
    guard
    log=.make/apt.log
    # shellcheck disable=SC2086 # the names are separate words
    if ! apt_get install --no-install-recommends --no-remove $missing >$log 2>&1; then
        # The lists of packages may be old, or not there at all in a fresh image.
        apt_get update >>$log 2>&1 || :
        # shellcheck disable=SC2086
        if ! apt_get install --no-install-recommends --no-remove $missing >>$log 2>&1; then
            tail -n 15 $log >&2
            if grep -q 'Packages need to be removed' $log; then
                fail "apt-get would have to remove a package (see above; Postfix replaces other" \
                    "mail servers, dovecot-imapd other IMAP servers). Nothing was changed." \
                    "Run this on a machine or in a container without them."
            fi
            fail "apt-get could not install$missing (whole log: $log)"
        fi
    fi
    unguard
    trap - EXIT INT HUP TERM
    case $missing in *' postfix'*) keep_asleep postfix ;; esac
    case $missing in *' dovecot-core'*) keep_asleep dovecot ;; esac
    case $missing in *' cyrus-common'*) keep_asleep cyrus-imapd ;; esac
    case $missing in *' opendkim'*) keep_asleep opendkim ;; esac
    case $missing in *' opendmarc'*) keep_asleep opendmarc ;; esac
}

keep_asleep() {
    # Only what came right now, and only where systemd would start it at the next boot.
    if [ -d /run/systemd/system ]; then
        as_root systemctl disable --quiet "$1" >/dev/null 2>&1 || :
        say "$1 is installed, but will not start by itself"
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 NEEDRESTART_SUSPEND=1 \
        apt-get -y -q -o DPkg::Lock::Timeout=120 "$@"
}

mkdir -p .make
[ -z "$missing" ] || install_packages
[ -z "$servers" ] || unpack_cyrus

# --- Python packages ----------------------------------------------------------------------------

[ -n "$stale" ] || exit 0

have "$PYTHON" || fail "there is no $PYTHON; say PYTHON=/path/to/python3 (3.11 or later)"
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$PYTHON" --version) is too old: coldstop needs Python 3.11 (PYTHON=/path/to/python3)"
python_has 'import ensurepip, venv' ||
    fail "$PYTHON cannot make virtual environments (python3-venv on Debian)"

version='import sys; print(sys.version_info[:2])'
usable() {
    # One that was moved has the wrong paths all over.
    grep -q "^#!$PWD/.venv/bin/" .venv/bin/pip 2>/dev/null &&
        [ "$(.venv/bin/python -c "$version" 2>/dev/null)" = "$("$PYTHON" -c "$version")" ]
}
if ! usable; then
    say "making .venv with $("$PYTHON" --version)"
    rm -rf .venv
    "$PYTHON" -m venv .venv
fi
rm -f .make/python
say "installing Python packages (constraints.txt)"
# pymilter has no pyproject.toml: an old pip would build it the old way, with a warning.
PIP_USE_PEP517=1 .venv/bin/python -m pip install --quiet --disable-pip-version-check \
    -c constraints.txt -e '.[dev]' ||
    fail "pip could not install the packages of pyproject.toml"
printf '%s\n' "$fresh" >.make/python
