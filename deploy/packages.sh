# shellcheck shell=bash
# Debian packages, installed when they are missing. Sourced by deploy/up and deploy/test.

# The programs of /usr/sbin are not on everyone's path.
PATH=$PATH:/usr/sbin:/sbin

# Whether PROBE, a program's name or a file's path, is there.
present() {
  case $1 in
    /*) [[ -e $1 ]] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# install_missing PACKAGE=PROBE… — a machine that has everything needs neither root nor a network.
install_missing() {
  local pair missing=()
  for pair in "$@"; do
    present "${pair#*=}" || missing+=("${pair%%=*}")
  done
  ((${#missing[@]})) || return 0

  if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    echo "${0##*/}: missing: ${missing[*]}. Install them first, as root: apt-get install ${missing[*]}" >&2
    return 69
  fi
  echo "${0##*/}: installing ${missing[*]}" >&2
  if ! {
    apt-get update &&
      DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -- "${missing[@]}"
  } >&2; then
    echo "${0##*/}: could not install ${missing[*]}" >&2
    return 69
  fi
}

# What `orders serve` behind nginx needs to run, what the programs of kind files need to run in sandboxes, and what a build
# needs in addition.
# shellcheck disable=SC2034 # used by whoever sources this
packages_to_run=(
  nginx=nginx spawn-fcgi=spawn-fcgi multiwatch=multiwatch curl=curl util-linux=setpriv util-linux=flock
)
# shellcheck disable=SC2034
packages_to_run_programs=(bubblewrap=bwrap util-linux=setpriv util-linux=prlimit util-linux=choom)
# What deploy/kinds requires. deploy/up reads that in the kind files.
# shellcheck disable=SC2034
packages_to_run_shipped_kinds=(
  python3=python3 libvips-tools=vips poppler-utils=pdftotext tesseract-ocr=tesseract
  tesseract-ocr-eng=/usr/share/tesseract-ocr/5/tessdata/eng.traineddata
)
# shellcheck disable=SC2034
packages_to_build=(
  libfcgi-dev=/usr/include/fcgiapp.h libsqlite3-dev=/usr/include/sqlite3.h libcurl4-openssl-dev=curl-config
  libssl-dev=/usr/include/openssl/evp.h pkg-config=pkg-config
)
