# loss: (script): approximate: reject files instead: a script answers whoever the mail pretends to be from
require ["fileinto", "mailbox", "imap4flags", "envelope", "variables"];
set "against" "";
set "ceilings" "";
set "credits" "";
set "fired" ".";
set "floors" "";
set "for" "";
set "objections" "";
set "recruiting" "";
set "rung" "";
set "verdict" "0";
# any
if not exists "X-Never" {
  set "for" "${for}x";
}
# recruiting from a pitch of 1 on
if string :matches "${for}" "${against}x*" {
  set "recruiting" "yes";
}
# never
if anyof (address :all :is "from" "eve@else.example", address :domain :is "from" "bad.example", address :domain :matches "from" "*.bad.example", envelope :all :is "from" "eve@else.example", envelope :domain :is "from" "bad.example", envelope :domain :matches "from" "*.bad.example") {
  set "objections" "${objections}xxxxxxxxxxxxxxxxxxxx";
  set "fired" "${fired}r2.";
  set "floors" "${floors}5";
}
if string :is "${recruiting}" "yes" {
  # heard
  if exists "X-Heard" {
    set "objections" "${objections}xxxxxx";
    set "fired" "${fired}r3.";
    set "ceilings" "${ceilings}3";
  }
  # friend
  if exists "X-Friend" {
    set "credits" "${credits}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    set "ceilings" "${ceilings}0";
  }
  # both
  if allof (string :contains "${fired}" ".r3.", not string :contains "${fired}" ".r2.") {
    set "objections" "${objections}x";
  }
}
if string :matches "${objections}" "${credits}xxxxxxxxxxxxxxxxxxxxxxxxx*" {
  set "verdict" "7";
  set "rung" "4";
} elsif string :matches "${objections}" "${credits}xxxxxxxxxxxxxxxxxxxx*" {
  set "verdict" "6";
  set "rung" "3";
} elsif string :matches "${objections}" "${credits}xxxxxxxxxx*" {
  set "verdict" "3";
  set "rung" "2";
} elsif string :matches "${objections}" "${credits}*" {
  set "verdict" "3";
  set "rung" "1";
} elsif string :matches "${objections}xxxxx" "${credits}*" {
  set "verdict" "1";
  set "rung" "0";
}
set "floors" "${floors}${verdict}";
if string :contains "${floors}" "7" {
  set "verdict" "7";
} elsif string :contains "${floors}" "6" {
  set "verdict" "6";
} elsif string :contains "${floors}" "5" {
  set "verdict" "5";
} elsif string :contains "${floors}" "3" {
  set "verdict" "3";
} elsif string :contains "${floors}" "1" {
  set "verdict" "1";
}
set "ceilings" "${ceilings}${verdict}";
if string :contains "${ceilings}" "0" {
  set "verdict" "0";
} elsif string :contains "${ceilings}" "1" {
  set "verdict" "1";
} elsif string :contains "${ceilings}" "3" {
  set "verdict" "3";
} elsif string :contains "${ceilings}" "5" {
  set "verdict" "5";
} elsif string :contains "${ceilings}" "6" {
  set "verdict" "6";
}
if string :is "${verdict}" "1" {
  addflag "$coldstop-tag";
} elsif string :is "${verdict}" "3" {
  if string :is "${rung}" "2" {
    fileinto :create "Recruiters/Cold";
  } else {
    fileinto :create "Recruiters";
  }
  stop;
} elsif string :is "${verdict}" "5" {
  fileinto :create "Trash";
  stop;
} elsif string :is "${verdict}" "6" {
  fileinto :create "Recruiters";
  stop;
} elsif string :is "${verdict}" "7" {
  discard;
  stop;
}
