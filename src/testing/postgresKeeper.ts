/**
 * The whole life of a PostgreSQL server for tests, as a shell that makes and removes all of it.
 *
 * @since 0.1.0
 */

/**
 * The shell ends the server when its own standard input ends. That happens when the scope closes, and no less when the tests are killed: the
 * kernel closes a dead process's pipes. Everything is made and removed here, so there is no moment at which something would be left behind.
 * A server that is just being born still ignores SIGINT, as the shell does: it is sent until the server is gone.
 *
 * A server that was killed on purpose, which the file `killed` tells, is started again on what it has stored as soon as there is the file
 * `again`. One that was paused on purpose, which the file `paused` tells, goes on for its end.
 *
 * Where the shell is killed too, the next one of its kind removes the directory. A lock tells that its server is gone: the kernel keeps it for
 * as long as one of the server's processes lives. It is locked before it gets its name, so what is just being born is never taken for dead.
 *
 * Where many files were removed a moment ago, ext4 without a journal is slow to make new ones, and a database has some 300. It is told to
 * keep the databases far from each other.
 *
 * Its arguments: where the directory is made, where the binaries are, the superuser, the locale, the directory of the primary that it
 * follows or nothing, and the server's own arguments.
 */
export const keep = `
trap "" HUP INT PIPE TERM
exec 3<&0 </dev/null
temporary=$1 binaries=$2 username=$3 locale=$4 primary=$5
shift 5

spread() { chattr +T "$1" 2>/dev/null; }

sweep() {
  for left in "$temporary"/andamios-??????; do
    [ -O "$left/lock" ] && flock --nonblock "$left/lock" rm -rf "$left"
  done 2>/dev/null
}

sweep
home=$(mktemp -d "$temporary/andamios-XXXXXX") || home=$(mktemp -d /tmp/andamios-XXXXXX) || exit 1
exec 9>"$home/unlocked"
flock 9 2>/dev/null && mv "$home/unlocked" "$home/lock"
spread "$home"

make() {
  if [ -z "$primary" ]; then
    "$binaries/initdb" -D "$home/data" -U "$username" -A trust -E UTF8 --locale="$locale" --no-sync
  else
    "$binaries/pg_basebackup" -D "$home/data" -U "$username" -h "$primary" -w -R -X stream -c fast --no-sync
  fi
}

begin() {
  "$binaries/postgres" -D "$home/data" "$@" -k "$home" >"$home/log" 2>&1 3<&- &
  server=$!
  echo $server >"$home/server"
}

end() {
  while server=$(cat "$home/server"); do
    [ ! -e "$home/paused" ] || ps -Ao pid=,ppid= | awk -v "own=$server" '$1 == own || $2 == own { print $1 }' | xargs kill -CONT
    kill -INT "$server" || break
    sleep 0.05
  done
}

serve() {
  if [ ! -x "$binaries/postgres" ]; then
    mkdir "$home/copy" && cp -RP bin lib share "$home/copy" || return 1
    binaries=$home/copy/bin
  fi
  make >"$home/log" 2>&1 || return 1
  spread "$home/data/base"

  begin "$@"
  { read -r end; : >"$home/ending"; end; } <&3 >/dev/null 2>&1 &
  watcher=$!

  until grep -qs ^ready "$home/data/postmaster.pid"; do
    kill -0 $server 2>/dev/null || break
    sleep 0.01
  done
  if kill -0 $server 2>/dev/null; then echo "$(cat "$home/data/PG_VERSION") $home"; fi
  wait $server
  code=$?
  while [ -e "$home/killed" ] && [ ! -e "$home/ending" ]; do
    if [ -e "$home/again" ]; then
      rm -f "$home/killed" "$home/again"
      begin "$@"
      [ ! -e "$home/ending" ] || end >/dev/null 2>&1
      wait $server
      code=$?
    else
      sleep 0.01
    fi
  done
  kill -KILL $watcher 2>/dev/null
  return $code
}

serve "$@"
code=$?
[ $code -eq 0 ] || cat "$home/log" >&2
rm -rf "$home"
exit $code
`
