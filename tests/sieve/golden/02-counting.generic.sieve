# loss: form: dropped: labels at the start of a line need regular expressions
# loss: templates: approximate: the host knows no regular expressions: phrases are looked for as letters in a row, so that those inside longer words count, and those across tags and line ends do not
# loss: both: approximate: the host knows no regular expressions: phrases are looked for as letters in a row, so that those inside longer words count, and those across tags and line ends do not
# loss: (script): approximate: over 1,048,576 bytes no text is searched; coldstop reads the beginning
# loss: (script): exact: a script cannot make folders there: make those of the policy first
# loss: (script): approximate: give the server's own list with --capabilities: with regex most of this becomes exact
require ["fileinto", "body", "variables"];
set "against" "";
set "count" "";
set "credits" "";
set "for" "";
set "objections" "";
set "recruiting" "";
set "verdict" "0";
# recruiting from a pitch of 2 on
if string :matches :comparator "i;octet" "${for}" "${against}xx*" {
  set "recruiting" "yes";
}
if string :is :comparator "i;octet" "${recruiting}" "yes" {
  # templates
  set "count" "";
  if anyof (header :contains "subject" "perfect fit", allof (not size :over 1M, body :content ["text/plain", "text/html"] :contains "perfect fit")) {
    set "count" "${count}xxx";
  }
  if anyof (header :contains "subject" "rock star", allof (not size :over 1M, body :content ["text/plain", "text/html"] :contains "rock star")) {
    set "count" "${count}xxx";
  }
  if anyof (header :contains "subject" "ninja", allof (not size :over 1M, body :content ["text/plain", "text/html"] :contains "ninja")) {
    set "count" "${count}xxx";
  }
  if string :matches :comparator "i;octet" "${count}" "xxxxxx*" {
    set "count" "xxxxxx";
  }
  if not string :is :comparator "i;octet" "${count}" "" {
    set "objections" "${objections}${count}";
  }
  # both
  if allof (exists "X-A", anyof (header :contains "subject" [" one ", " two "], allof (not size :over 1M, body :content ["text/plain", "text/html"] :contains [" one ", " two "]), header :contains ["X-B", "X-C"] "three")) {
    set "count" "";
    if anyof (header :contains "subject" [" one ", " two "], allof (not size :over 1M, body :content ["text/plain", "text/html"] :contains [" one ", " two "])) {
      if anyof (header :contains "subject" " one ", allof (not size :over 1M, body :content ["text/plain", "text/html"] :contains " one ")) {
        set "count" "${count}x";
      }
      if anyof (header :contains "subject" " two ", allof (not size :over 1M, body :content ["text/plain", "text/html"] :contains " two ")) {
        set "count" "${count}x";
      }
    } elsif header :contains ["X-B", "X-C"] "three" {
      if header :contains "X-B" "three" {
        if header :contains "X-B" "three" {
          set "count" "${count}x";
        }
      } elsif header :contains "X-C" "three" {
        if header :contains "X-C" "three" {
          set "count" "${count}x";
        }
      }
    }
    set "credits" "${credits}${count}";
  }
}
if string :matches :comparator "i;octet" "${objections}" "${credits}xxxxxx*" {
  set "verdict" "3";
}
if string :is :comparator "i;octet" "${verdict}" "3" {
  fileinto "Recruiters";
  stop;
}
