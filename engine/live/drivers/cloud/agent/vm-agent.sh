# The agent of a VM: asks the daemon what should run here, runs it, and brings back what came of it. It decides nothing, and what it
# is told is what should be, not what to do next, so that a word lost or heard twice changes nothing. Needs sh, curl, tar, awk, ps.
#   settings   where the daemon is and how often it is asked      token   the header that proves who asks
#   attempts/<id>/   of each attempt: begun once, for its folder is made once; `over` when nothing of it runs, `told` when the daemon knows
# A VM without a daemon ends itself: its attempts may be somebody else's by then, and it costs money. So does one that is told (410)
# that its time is over.  `sh agent <folder>`
root=$1
cd "$root" || exit 1
. ./settings
imds=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
set -u

# Hundredths of a second since the machine started: never goes back.
now() { read -r up _ < /proc/uptime; echo "${up%.*}${up#*.}"; }
ask() { curl -sS -f -m 120 ${ca:+--cacert "$ca"} -H @token "$@" 2>> curl.log; }
text() { cat "$1" 2> /dev/null; }
signal() { group=$(text "$1/pid") && [ "${group:-0}" -gt 1 ] && kill -s "$2" -- "-$group" 2> /dev/null; }

give_up() {
  echo "$1" >> agent.log
  for at in "$root"/attempts/*; do [ -e "$at/over" ] || signal "$at" KILL; done
  shutdown -h now || poweroff
  exit 0
}

# --- attempts ---

begin() {
  if ! mkdir "attempts/$1" 2> /dev/null; then
    [ -d "attempts/$1" ] || ! failed_often || cannot "$1" "this VM could not make a folder for it"
    return 0
  fi
  failures=0
  attempt "$@" < /dev/null > /dev/null 2>&1 &
}

# attempt <id> <time-out, hundredths or -> <memory, MiB or ->
attempt() {
  id=$1 timeout=$2 memory=$3 at=$root/attempts/$1 peak=0 ending=
  mkdir "$at/checkpoint"
  : > "$at/groups" # it is in no control group
  until fetch; do
    if [ $? = 1 ]; then rm -rf "$at"; return; fi # it is asked for again
    if failed_often; then until cannot "$id" "this VM could not lay its files down"; do sleep "$poll"; done; return; fi
    sleep "$poll"
  done
  started=$(now)
  ( [ -e "$at/ended-by" ] || setsid sh "$root/shim" "$at" "$at" '' sh "$at/command" "$at" < /dev/null; : > "$at/over" ) &
  until [ -e "$at/over" ]; do watch; sleep "$tick"; done
  busy=$(( ($(now) - started) * 10 ))
  signal "$at" KILL
  wait # for a checkpoint on its way
  until deliver; do sleep "$poll"; done
  : > "$at/told"
  rm -rf "$at/command" "$at/inputs.json" "$at/stdout" "$at/stderr" "$at/checkpoint" "$at/archive"
}

# 1: the daemon did not give it; 2: it cannot be kept here (23 is curl's word for that).
fetch() {
  for part in command inputs.json archive; do ask -o "$at/$part" "$url/attempts/$id/$part" || return $(($? == 23 ? 2 : 1)); done
  [ ! -s "$at/archive" ] || tar -xzf "$at/archive" -C "$at/checkpoint" || return 2
}

# Nothing is tried for ever on a VM that is paid for.
failed_often() { failures=$((failures + 1)); [ "$failures" -ge 5 ]; }

# The end of an attempt that could not begin; needs no room.  cannot <id> <why>
cannot() { ask -X PUT --data-binary "$2" "$url/attempts/$1/stderr" && ask -X PUT --data-binary '' "$url/attempts/$1/over"; }

watch() {
  group=$(text "$at/pid") t=$(now)
  used=$(ps -eo pgid=,rss= | awk -v group="${group:--}" '$1 == group { kib += $2 } END { print int((kib + 1023) / 1024) }')
  [ "$used" -le "$peak" ] || peak=$used
  [ "$memory" = - ] || [ "$used" -le "$memory" ] || end "$id" memory 0
  [ "$timeout" = - ] || [ $((t - started)) -le "$timeout" ] || end "$id" timeout "$grace"
  if [ -e "$at/ended-by" ]; then
    if [ -z "$ending" ]; then ending=$t; signal "$at" TERM; fi
    [ $((t - ending)) -lt "$(text "$at/grace")" ] || signal "$at" KILL
  fi
  ! unsaved || [ -e "$at/saving" ] || { : > "$at/saving"; ( save; rm -f "$at/saving" ) & }
}

# The first reason stays, the shortest grace wins.  end <id> <reason> <grace, hundredths>
end() {
  [ -e "attempts/$1/grace" ] && [ "$(text "attempts/$1/grace")" -le "$3" ] || echo "$3" > "attempts/$1/grace"
  [ -e "attempts/$1/ended-by" ] || printf %s "$2" > "attempts/$1/ended-by"
}

# A checkpoint is safe when the daemon has it: the archive is at least as new as the share that is told with it.
# One too big for the daemon is told once, and not sent again.
save() {
  unsaved && tar -czf "$at/archive" -C "$at/checkpoint" . || return 0
  code=$(ask -o "$at/answer" -w '%{http_code}' -T "$at/archive" "$url/attempts/$id/archive?share=$said")
  case $code in
    413) wc -c < "$at/archive" > "$at/too-big" && ask -T "$at/too-big" "$url/attempts/$id/too-big" || return 0 ;;
    200) ;;
    *) return 0 ;;
  esac
  printf %s "$said" > "$at/saved"
}

unsaved() {
  said=$(text "$at/checkpointed")
  case $said in '' | "$(text "$at/saved")" | *[!0-9.eE+-]*) return 1 ;; esac
}

# The last of what it wrote.
tails() {
  for part in stdout stderr; do
    tail -c 65536 "$at/$part" > "$at/$part.tail" 2> /dev/null || : > "$at/$part.tail"
    ask -T "$at/$part.tail" "$url/attempts/$id/$part" || return 1
  done
}

deliver() {
  save
  tails || return 1
  [ ! -e "$at/output.json" ] || { head -c 65537 "$at/output.json" > "$at/output.head" && ask -T "$at/output.head" "$url/attempts/$id/output.json"; } || return 1
  for part in times ended-by; do [ ! -e "$at/$part" ] || ask -T "$at/$part" "$url/attempts/$id/$part" || return 1; done
  last=exit; [ -e "$at/exit" ] || last=over
  ask -T "$at/$last" "$url/attempts/$id/$last?busy=$busy&peak=$peak"
}

# --- the daemon ---

report() {
  for doc in notice rebalance; do [ ! -e "$doc" ] || echo "$doc - $(tr -d '\n' < "$doc")"; done
  for at in attempts/*; do
    [ -e "$at/pid" ] && [ ! -e "$at/told" ] || continue
    echo "runs ${at#attempts/} $(text "$at/signalled" || echo 0) $(text "$at/progress" | head -c 30 | tr -d ' \n')"
  done
}

obey() {
  while read -r verb id first second; do
    case $verb in
      run) begin "$id" "$first" "$second" ;;
      end)
        begin "$id" - - # what never began is told so too
        end "$id" stop "$first" ;;
      show) ( at=$root/attempts/$id; tails ) < /dev/null > /dev/null 2>&1 & ;;
      signal)
        [ "$(text "attempts/$id/signalled" || echo 0)" -ge "$second" ] || { echo "$second" > "attempts/$id/signalled"; signal "attempts/$id" "$first"; } ;;
    esac
  done
}

# --- what the cloud announces ---

# take <file> <path>: keeps the document, if there is one
take() {
  code=$(curl -s -m 2 -o "$1.part" -w '%{http_code}' -H "X-aws-ec2-metadata-token: $session" "$imds/latest/meta-data/$2")
  case $code in 200) mv "$1.part" "$1" ;; 401) session= ;; esac
}

announcements() {
  session=
  while :; do
    [ -n "$session" ] || session=$(curl -s -f -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 21600' "$imds/latest/api/token")
    if [ -n "$session" ]; then take notice spot/instance-action; take rebalance events/recommendations/rebalance; fi
    sleep "$listen"
  done
}

announcements < /dev/null > /dev/null 2>&1 &
heard=$(now) failures=0
while :; do
  report > report
  code=$(ask -m "$patience" -o orders -w '%{http_code}' --data-binary @report "$url/poll")
  case $code in
    200) heard=$(now); obey < orders ;;
    410) give_up "the daemon says that this VM is over" ;;
  esac
  [ $(($(now) - heard)) -le "$alone" ] || give_up "nothing was heard of the daemon for $((alone / 100)) s"
  sleep "$poll"
done
