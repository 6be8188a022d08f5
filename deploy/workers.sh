# shellcheck shell=sh
# Kind files of the package: their programs run in workers, whose unit may make sandboxes. Sourced by
# orders-rolling-restart and by the package's postinst.

kinds=/etc/orders/kinds
# While this file is there, responders leave the work to workers.
division=/etc/systemd/system/orders@.service.d/workers.conf

has_kind_files() { [ -n "$(find "$kinds" -maxdepth 1 -name '[!.]*.yaml' -print -quit 2>/dev/null)" ]; }

# Tells nginx how long the bodies of kinds that take files may be; its configuration is to be read again then. Fails where a
# kind file has a mistake, which it prints.
write_uploads() {
  [ -d /etc/nginx/orders ] || return 0
  if has_kind_files; then
    limit=$(sed -n 's/^ORDERS_OPTIONS=.*--body-limit[= ]\([0-9][0-9]*\).*/\1/p' /etc/default/orders 2>/dev/null | tail -n 1)
    orders kinds nginx ${limit:+--body-limit "$limit"} "$kinds" >/etc/nginx/orders/uploads.new || return 1
    mv /etc/nginx/orders/uploads.new /etc/nginx/orders/uploads.conf
  else
    rm -f /etc/nginx/orders/uploads.conf
  fi
}

# Where there are kind files for the first time: enables a worker, whose name is then in new_worker, and leaves all work
# to it. What the administrator enables and disables later stays. Fails where a file has a mistake, which it prints.
enable_worker() {
  new_worker=""
  has_kind_files || return 0
  if [ -e "$division" ] || [ -L "$division" ]; then return 0; fi
  if grep -qs '^[^#]*--no-builtin-kinds' /etc/default/orders; then
    orders kinds check --no-builtin-kinds "$kinds" >&2 || return 1
  else
    orders kinds check "$kinds" >&2 || return 1
  fi
  mkdir -p -- "${division%/*}"
  ln -s /usr/share/orders/orders@.service.d/workers.conf "$division"
  new_worker=orders-worker@1.service
  systemctl enable --quiet -- "$new_worker"
}
