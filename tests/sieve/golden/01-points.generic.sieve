# loss: offers: approximate: the host knows no regular expressions: phrases are looked for as letters in a row, so that those inside longer words count, and those across tags and line ends do not
# loss: nameless: approximate: the host knows no regular expressions: phrases are looked for as letters in a row, so that those inside longer words count, and those across tags and line ends do not
# loss: travel: approximate: the host knows no regular expressions: phrases are looked for as letters in a row, so that those inside longer words count, and those across tags and line ends do not
# loss: (script): approximate: over 1,048,576 bytes no text is searched; coldstop reads the beginning
# loss: (script): exact: a script cannot make folders there: make those of the policy first
# loss: (script): approximate: give the server's own list with --capabilities: with regex most of this becomes exact
require ["fileinto", "imap4flags", "body", "variables"];
set "against" "";
set "credits" "";
set "for" "";
set "objections" "";
set "recruiting" "";
set "verdict" "0";
# offers
if header :contains "subject" ["help desk", " dba "] {
  set "for" "${for}xxx";
}
# answer
if exists "In-Reply-To" {
  set "against" "${against}xxxx";
}
# recruiting from a pitch of 3 on
if string :matches :comparator "i;octet" "${for}" "${against}xxx*" {
  set "recruiting" "yes";
}
if string :is :comparator "i;octet" "${recruiting}" "yes" {
  # nameless
  if anyof (header :contains "subject" "dear candidate", allof (not size :over 1M, body :content ["text/plain", "text/html"] :contains "dear candidate")) {
    set "objections" "${objections}xxxxxxx";
  }
  # travel
  if anyof (header :contains "subject" "travel", allof (not size :over 1M, body :content ["text/plain", "text/html"] :contains "travel")) {
    set "credits" "${credits}xx";
  }
}
if string :matches :comparator "i;octet" "${objections}" "${credits}xxxxx*" {
  set "verdict" "1";
}
if string :is :comparator "i;octet" "${verdict}" "1" {
  addflag "$coldstop-tag";
} elsif string :is :comparator "i;octet" "${verdict}" "3" {
  fileinto "Recruiters";
  stop;
}
