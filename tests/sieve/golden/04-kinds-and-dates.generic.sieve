# loss: breach: approximate: the host tells scripts no date: built for 2026-06-01, build again when dates pass
# loss: looking: approximate: the host tells scripts no date: built for 2026-06-01, build again when dates pass
# loss: summer: approximate: the host tells scripts no date: built for 2026-06-01, build again when dates pass
# loss: (script): exact: a script cannot make folders there: make those of the policy first
# loss: (script): approximate: give the server's own list with --capabilities: with regex most of this becomes exact
require ["fileinto", "imap4flags", "envelope", "variables"];
set "against" "";
set "ceilings" "";
set "count" "";
set "credits" "";
set "for" "";
set "kind" "";
set "kinds" ".";
set "objections" "";
set "recruiting" "";
set "verdict" "0";
# inmail
if header :is "X-Linkedin-Class" "inmail" {
  set "for" "${for}xxxxxx";
  set "kinds" "${kinds}inmail.";
}
# alert
if exists "X-Alert" {
  set "for" "${for}xxxxxx";
  set "kinds" "${kinds}job-alert.";
}
# job
if exists "X-Job" {
  set "for" "${for}xxxxxx";
}
# recruiting from a pitch of 6 on
if string :matches :comparator "i;octet" "${for}" "${against}xxxxxx*" {
  set "recruiting" "yes";
  if string :contains :comparator "i;octet" "${kinds}" ".job-alert." {
    set "kind" "job-alert";
  } elsif string :contains :comparator "i;octet" "${kinds}" ".inmail." {
    set "kind" "inmail";
  } else {
    set "kind" "job";
  }
}
# breach
set "count" "";
if anyof (address :domain :is "from" "blast.example", address :domain :matches "from" "*.blast.example", envelope :domain :is "from" "blast.example", envelope :domain :matches "from" "*.blast.example") {
  set "count" "${count}xxxxxxxxxxxx";
}
if string :matches :comparator "i;octet" "${count}" "xxxxxxxxxx*" {
  set "count" "xxxxxxxxxx";
}
if not string :is :comparator "i;octet" "${count}" "" {
  set "objections" "${objections}${count}";
}
if string :is :comparator "i;octet" "${recruiting}" "yes" {
  # apt
  if string :is :comparator "i;octet" "${kind}" "inmail" {
    set "ceilings" "${ceilings}2";
  }
  # looking
  set "credits" "${credits}xxx";
  # summer
  set "objections" "${objections}x";
}
if string :matches :comparator "i;octet" "${objections}" "${credits}xxxxxxxx*" {
  set "verdict" "5";
} elsif string :matches :comparator "i;octet" "${objections}" "${credits}xxxx*" {
  set "verdict" "1";
}
set "ceilings" "${ceilings}${verdict}";
if string :contains :comparator "i;octet" "${ceilings}" "0" {
  set "verdict" "0";
} elsif string :contains :comparator "i;octet" "${ceilings}" "1" {
  set "verdict" "1";
} elsif string :contains :comparator "i;octet" "${ceilings}" "2" {
  set "verdict" "2";
}
if string :is :comparator "i;octet" "${verdict}" "1" {
  addflag "$coldstop-tag";
} elsif string :is :comparator "i;octet" "${verdict}" "2" {
  fileinto "Recruiters/Later";
  stop;
} elsif string :is :comparator "i;octet" "${verdict}" "5" {
  fileinto "Trash";
  stop;
}
