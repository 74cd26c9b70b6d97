# loss: cold: approximate: authentication is read from the topmost Authentication-Results field alone, in the plain forms that mail servers write; the sender's own words cannot be told from quoted ones: the whole text is searched
# loss: known: approximate: authentication is read from the topmost Authentication-Results field alone, in the plain forms that mail servers write; the sender's own words cannot be told from quoted ones: the whole text is searched
# loss: stated: dropped: authentication is read from the topmost Authentication-Results field alone, in the plain forms that mail servers write; the sender's own words cannot be told from quoted ones: the whole text is searched; the policy says sieve: omit
# loss: vouched: approximate: authentication is read from the topmost Authentication-Results field alone, in the plain forms that mail servers write
# loss: (script): approximate: over 1,048,576 bytes no text is searched; coldstop reads the beginning
require ["fileinto", "mailbox", "body", "variables", "relational", "comparator-i;ascii-numeric", "regex", "index"];
set "against" "";
set "authenticated" "";
set "credits" "";
set "domain" "";
set "for" "";
set "objections" "";
set "recruiting" "";
set "signer" "";
set "text1" "";
set "tier" "";
set "verdict" "0";
# any
if not exists "X-Never" {
  set "for" "${for}x";
}
# recruiting from a pitch of 1 on
if string :matches "${for}" "${against}x*" {
  set "recruiting" "yes";
  if allof (header :count "eq" :comparator "i;ascii-numeric" "from" "1", address :all :count "eq" :comparator "i;ascii-numeric" "from" "1", address :domain :matches "from" "*") {
    set :lower "domain" "${1}";
    if allof (string :regex "${domain}" "^[[:alnum:]-]+([.][[:alnum:]-]+)+$", not header :index 1 :regex :comparator "i;octet" "authentication-results" "^[[:space:]]*([Mm][Xx][.][Tt][Ee][Ss][Tt])([[:space:]]+1)?[[:space:]]*;([^;\"()]*([(][^()\"]*[)][^;\"()]*)*;)*[[:space:]]*dmarc=fail([[:space:]][^;\"()]*([(][^()\"]*[)][^;\"()]*)*)?(;[^;\"()]*([(][^()\"]*[)][^;\"()]*)*)*$") {
      if header :index 1 :regex :comparator "i;octet" "authentication-results" "^[[:space:]]*([Mm][Xx][.][Tt][Ee][Ss][Tt])([[:space:]]+1)?[[:space:]]*;([^;\"()]*([(][^()\"]*[)][^;\"()]*)*;)*[[:space:]]*dmarc=pass([[:space:]][^;\"()]*([(][^()\"]*[)][^;\"()]*)*[[:space:]]|[[:space:]]+)header[.]from=([[:alnum:].-]+)([[:space:]][^;\"()]*([(][^()\"]*[)][^;\"()]*)*)?(;[^;\"()]*([(][^()\"]*[)][^;\"()]*)*)*$" {
        set :lower "signer" "${7}";
        if string :is "${signer}" "${domain}" {
          set "authenticated" "yes";
        }
      }
      if header :index 1 :regex :comparator "i;octet" "authentication-results" "^[[:space:]]*([Mm][Xx][.][Tt][Ee][Ss][Tt])([[:space:]]+1)?[[:space:]]*;([^;\"()]*([(][^()\"]*[)][^;\"()]*)*;)*[[:space:]]*dkim=pass([[:space:]][^;\"()]*([(][^()\"]*[)][^;\"()]*)*[[:space:]]|[[:space:]]+)header[.][di]=@?([[:alnum:].-]+)([[:space:]][^;\"()]*([(][^()\"]*[)][^;\"()]*)*)?(;[^;\"()]*([(][^()\"]*[)][^;\"()]*)*)*$" {
        set :lower "signer" "${7}";
        if allof (string :regex "${signer}" "^[[:alnum:]-]+([.][[:alnum:]-]+)+$", anyof (string :is "${signer}" "${domain}", string :matches "${signer}" "*.${domain}", string :matches "${domain}" "*.${signer}")) {
          set "authenticated" "yes";
        }
      }
      if header :index 1 :regex :comparator "i;octet" "authentication-results" "^[[:space:]]*([Mm][Xx][.][Tt][Ee][Ss][Tt])([[:space:]]+1)?[[:space:]]*;([^;\"()]*([(][^()\"]*[)][^;\"()]*)*;)*[[:space:]]*spf=pass([[:space:]][^;\"()]*([(][^()\"]*[)][^;\"()]*)*[[:space:]]|[[:space:]]+)smtp[.]mailfrom=([^[:space:];\"()@]+@)?([[:alnum:].-]+)([[:space:]][^;\"()]*([(][^()\"]*[)][^;\"()]*)*)?(;[^;\"()]*([(][^()\"]*[)][^;\"()]*)*)*$" {
        set :lower "signer" "${8}";
        if allof (string :regex "${signer}" "^[[:alnum:]-]+([.][[:alnum:]-]+)+$", anyof (string :is "${signer}" "${domain}", string :matches "${signer}" "*.${domain}", string :matches "${domain}" "*.${signer}")) {
          set "authenticated" "yes";
        }
      }
    }
  }
  if allof (string :is "${authenticated}" "yes", not anyof (address :domain :is "from" "relay.example", address :domain :matches "from" "*.relay.example")) {
    if address :all :is "from" "ann@firm.example" {
      set "tier" "known-person";
    } elsif anyof (address :domain :is "from" "firm.example", address :domain :matches "from" "*.firm.example") {
      set "tier" "known-firm";
    }
  }
  set "text1" "([^<>]*[^[:alnum:]<>])?([Ww][Ee]([[:space:]]| |&nbsp;|<[^<>]*>)+[Mm][Ee][Tt])([^[:alnum:]]|$)";
  if allof (string :is "${tier}" "", not size :over 1M, body :content ["text/plain", "text/html"] :regex :comparator "i;octet" [">${text1}", "^${text1}"]) {
    set "tier" "stated";
  }
}
if string :is "${recruiting}" "yes" {
  # cold
  if string :is "${tier}" "" {
    set "objections" "${objections}xxxxxxxxxx";
  }
  # known
  if anyof (string :is "${tier}" "known-person", string :is "${tier}" "known-firm") {
    set "credits" "${credits}xxxxx";
  }
  # vouched
  if string :is "${authenticated}" "yes" {
    set "credits" "${credits}x";
  }
}
if string :matches "${objections}" "${credits}xxxxxxxxxx*" {
  set "verdict" "3";
}
if string :is "${verdict}" "3" {
  fileinto :create "Recruiters";
  stop;
}
