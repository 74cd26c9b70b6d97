require ["fileinto", "mailbox", "imap4flags", "envelope", "variables", "relational", "date"];
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
if string :matches "${for}" "${against}xxxxxx*" {
  set "recruiting" "yes";
  if string :contains "${kinds}" ".job-alert." {
    set "kind" "job-alert";
  } elsif string :contains "${kinds}" ".inmail." {
    set "kind" "inmail";
  } else {
    set "kind" "job";
  }
}
# breach
set "count" "";
if allof (currentdate :value "ge" "date" "2026-03-17", anyof (address :domain :is "from" "blast.example", address :domain :matches "from" "*.blast.example", envelope :domain :is "from" "blast.example", envelope :domain :matches "from" "*.blast.example")) {
  set "count" "${count}xxxxxxxxxxxx";
}
if string :matches "${count}" "xxxxxxxxxx*" {
  set "count" "xxxxxxxxxx";
}
if not string :is "${count}" "" {
  set "objections" "${objections}${count}";
}
if string :is "${recruiting}" "yes" {
  # apt
  if string :is "${kind}" "inmail" {
    set "ceilings" "${ceilings}2";
  }
  # looking
  if not currentdate :value "ge" "date" "2027-03-02" {
    set "credits" "${credits}xxx";
  }
  # summer
  if allof (currentdate :value "ge" "date" "2026-06-01", not currentdate :value "ge" "date" "2026-09-01") {
    set "objections" "${objections}x";
  }
}
if string :matches "${objections}" "${credits}xxxxxxxx*" {
  set "verdict" "5";
} elsif string :matches "${objections}" "${credits}xxxx*" {
  set "verdict" "1";
}
set "ceilings" "${ceilings}${verdict}";
if string :contains "${ceilings}" "0" {
  set "verdict" "0";
} elsif string :contains "${ceilings}" "1" {
  set "verdict" "1";
} elsif string :contains "${ceilings}" "2" {
  set "verdict" "2";
}
if string :is "${verdict}" "1" {
  addflag "$coldstop-tag";
} elsif string :is "${verdict}" "2" {
  fileinto :create "Recruiters/Later";
  stop;
} elsif string :is "${verdict}" "5" {
  fileinto :create "Trash";
  stop;
}
