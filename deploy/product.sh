# shellcheck shell=bash
# The product as it is installed on a Debian machine: what is built, and which file goes where. Sourced by
# deploy/package and deploy/test.

# build_static ROOT — the release binary with Swift's libraries inside, so that it runs where
# there is no Swift; prints its path. In a scratch folder of its own: the compiler's options are not those of other builds.
build_static() {
  local root=$1
  command -v swift >/dev/null || {
    echo "${0##*/}: there is no Swift toolchain: see https://www.swift.org/install/" >&2
    return 69
  }
  swift build --package-path "$root" --scratch-path "$root/.build-static" -c release --product orders \
    --static-swift-stdlib >&2 || {
    echo "${0##*/}: the build failed" >&2
    return 70
  }
  echo "$root/.build-static/release/orders"
}

# check_static BINARY — fails where it needs Swift's libraries beside it.
check_static() {
  local needed
  needed=$(objdump -p "$1") || return
  if grep -qE '^ *NEEDED +lib(swift|Foundation|_Foundation)' <<<"$needed"; then
    echo "${0##*/}: $1 needs Swift's libraries: build it with --static-swift-stdlib" >&2
    return 65
  fi
}

# lay_out ROOT BINARY TREE — makes TREE, with everything in its place and with its mode.
lay_out() {
  local root=$1 binary=$2 tree=$3 file
  put() { install -D -m "$1" -- "$root/$2" "$tree/$3"; }

  install -D -m 0755 -- "$binary" "$tree/usr/bin/orders"
  # What only a debugger reads.
  strip --strip-unneeded --remove-section=.comment --remove-section=.note "$tree/usr/bin/orders"
  put 0755 deploy/rolling-restart usr/sbin/orders-rolling-restart

  put 0644 deploy/systemd/orders.socket usr/lib/systemd/system/orders.socket
  put 0644 deploy/systemd/orders@.service usr/lib/systemd/system/orders@.service
  put 0644 deploy/systemd/orders-worker@.service usr/lib/systemd/system/orders-worker@.service
  for file in network workers; do
    put 0644 "deploy/systemd/orders@.service.d/$file.conf" "usr/share/orders/orders@.service.d/$file.conf"
  done
  put 0644 deploy/workers.sh usr/share/orders/workers.sh
  put 0644 deploy/systemd/orders.sysusers usr/lib/sysusers.d/orders.conf
  put 0644 deploy/systemd/orders.tmpfiles usr/lib/tmpfiles.d/orders.conf
  put 0644 deploy/systemd/orders.default etc/default/orders
  put 0644 deploy/debian/kinds.README etc/orders/kinds/README

  for file in "$root"/nginx/orders/*.conf; do put 0644 "nginx/orders/${file##*/}" "etc/nginx/orders/${file##*/}"; done
  put 0644 nginx/site.conf etc/nginx/sites-available/orders
  for file in "$root"/nginx/page/*; do put 0644 "nginx/page/${file##*/}" "usr/share/orders/page/${file##*/}"; done

  put 0644 deploy/man/orders.1 usr/share/man/man1/orders.1
  put 0644 deploy/man/orders-rolling-restart.8 usr/share/man/man8/orders-rolling-restart.8
  find "$tree/usr/share/man" -type f -exec gzip -9n -- {} +

  file=usr/share/bash-completion/completions/orders
  mkdir -p -- "$tree/${file%/*}" "$tree/usr/share/zsh/vendor-completions"
  # It is read, not run.
  "$binary" --generate-completion-script bash | sed '1{/^#!/d}' >"$tree/$file"
  "$binary" --generate-completion-script zsh >"$tree/usr/share/zsh/vendor-completions/_orders"
  chmod 0644 "$tree/$file" "$tree/usr/share/zsh/vendor-completions/_orders"

  # Side by side as here, so that one leads to the other.
  for file in README.md Sources/JobsHTTP/README.md deploy/{README.md,grafana-dashboard.json,prometheus-alerts.yml}; do
    put 0644 "$file" "usr/share/doc/orders/$file"
  done
  # Examples to copy to /etc/orders/kinds.
  for file in "$root"/deploy/kinds/*; do
    put "$(stat -c %a -- "$file")" "deploy/kinds/${file##*/}" "usr/share/doc/orders/deploy/kinds/${file##*/}"
  done
  put 0644 deploy/debian/copyright usr/share/doc/orders/copyright
  find "$tree" -type d -exec chmod 0755 -- {} +
  unset -f put
}
