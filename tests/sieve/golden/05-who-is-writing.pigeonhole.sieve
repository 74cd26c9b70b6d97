# loss: cold: approximate: authentication is read from the topmost Authentication-Results field alone, and only what no sender can have written; senders are known by plain From fields alone: no comma or bracket outside quotes, no second address, no quotes and only ASCII in the address; the sender's own words cannot be told from quoted ones: the whole text is searched
# loss: known: approximate: authentication is read from the topmost Authentication-Results field alone, and only what no sender can have written; senders are known by plain From fields alone: no comma or bracket outside quotes, no second address, no quotes and only ASCII in the address; the sender's own words cannot be told from quoted ones: the whole text is searched
# loss: stated: dropped: authentication is read from the topmost Authentication-Results field alone, and only what no sender can have written; senders are known by plain From fields alone: no comma or bracket outside quotes, no second address, no quotes and only ASCII in the address; the sender's own words cannot be told from quoted ones: the whole text is searched; the policy says sieve: omit
# loss: vouched: approximate: authentication is read from the topmost Authentication-Results field alone, and only what no sender can have written; senders are known by plain From fields alone: no comma or bracket outside quotes, no second address, no quotes and only ASCII in the address
# loss: (script): approximate: over 1,048,576 bytes no text is searched; coldstop reads the beginning
# loss: (script): approximate: results are believed as these write them: Exim without checks in front of DMARC, Halon, OpenDMARC, Proton, Zoho, rspamd where DMARC comes first, Microsoft 365 where DMARC comes first, authentication_milter where DMARC comes first, OpenDKIM before 2.11.0-beta2, amavis
# loss: (script): approximate: results are not believed: the sender chooses the selector (header.s): OpenDKIM since 2.11.0-beta2, rspamd, Exim, Stalwart, Haraka (docs/trust.md)
# loss: (script): approximate: results are not believed: SPF results and what stands behind them repeat MAIL FROM and HELO: policyd-spf, Gmail, Microsoft 365, Yahoo (docs/trust.md)
# loss: (script): approximate: results are not believed: DMARC's verdict stands behind DKIM's or SPF's: Fastmail, Exim, Stalwart (docs/trust.md)
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
set "_dmarc" "[Dd][Mm][Aa][Rr][Cc]";
# any
if not exists "X-Never" {
  set "for" "${for}x";
}
# recruiting from a pitch of 1 on
if string :matches "${for}" "${against}x*" {
  set "recruiting" "yes";
  if allof (header :count "eq" :comparator "i;ascii-numeric" "from" "1", address :all :count "eq" :comparator "i;ascii-numeric" "from" "1", header :regex :comparator "i;octet" "from" "^(([^<>@;[:cntrl:]]*[[:blank:]]?|\"[^\"[:cntrl:]]*\"[[:space:]]*)<[[:space:]]*[^][:space:][(),:;<>@\"]+@[[:alnum:]-]+([.][[:alnum:]-]+)++[[:space:]]*>|[[:space:],]*[^][:space:][(),:;<>@\"]+@[[:alnum:]-]+([.][[:alnum:]-]+)++)[[:space:],]*([(][^()<>@]*[)][[:space:]]*)?$", address :domain :matches "from" "*") {
    set :lower "domain" "${1}";
    if allof (string :regex "${domain}" "^[[:alnum:]-]+([.][[:alnum:]-]+)++$", not header :index 1 :regex :comparator "i;octet" "authentication-results" "${_dmarc}[^;=]*=[^;=[:alnum:]]*[Ff][Aa][Ii][Ll]") {
      if allof (not header :index 1 :regex :comparator "i;octet" "authentication-results" "${_dmarc}.*${_dmarc}", header :index 1 :regex :comparator "i;octet" "authentication-results" "^[[:blank:]]*([Mm][Xx][.][Tt][Ee][Ss][Tt]|\"([Mm][Xx][.][Tt][Ee][Ss][Tt])\")(/[[:alnum:]]+)?([[:blank:]]*[(](amavisd-new|amavis|Postfix|Sendmail|Exim|border)[)])?([[:blank:]]+1)?[[:blank:]]*;(arc=none([[:blank:]]*[(](no[[:blank:]]+signatures[[:blank:]]+found|no[[:blank:]]+signature|message[[:blank:]]+not[[:blank:]]+signed|no[[:blank:]]+key)[)])?;|dkim=none([[:blank:]]*[(](no[[:blank:]]+signatures[[:blank:]]+found|no[[:blank:]]+signature|message[[:blank:]]+not[[:blank:]]+signed|no[[:blank:]]+key)[)])?;|[[:blank:]])*+${_dmarc}=[Pp][Aa][Ss][Ss]([[:blank:]]*[(]p=(none|quarantine|reject|unspecified|NONE|QUARANTINE|REJECT)([[:blank:]]+sp=(none|quarantine|reject|unspecified|NONE|QUARANTINE|REJECT))?([[:blank:]]+np=(none|quarantine|reject|unspecified|NONE|QUARANTINE|REJECT))?([[:blank:]]+pct=[0-9]+)?[[:blank:]]+dis=(none|quarantine|reject|unspecified|NONE|QUARANTINE|REJECT)[)]|[[:blank:]]*[(]policy=(none|quarantine|reject|unspecified|NONE|QUARANTINE|REJECT)[)]|[[:blank:]]+action=(none|quarantine|reject|unspecified|NONE|QUARANTINE|REJECT)|([[:blank:]]+policy[.]published-domain-policy=(none|quarantine|reject|unspecified|NONE|QUARANTINE|REJECT))?([[:blank:]]+policy[.]published-subdomain-policy=(none|quarantine|reject|unspecified|NONE|QUARANTINE|REJECT))?([[:blank:]]+policy[.]applied-disposition=(none|quarantine|reject|unspecified|NONE|QUARANTINE|REJECT))?([[:blank:]]+policy[.]evaluated-disposition=(none|quarantine|reject|unspecified|NONE|QUARANTINE|REJECT))?[[:blank:]]+[(]p=(none|quarantine|reject|unspecified|NONE|QUARANTINE|REJECT)(,sp=(none|quarantine|reject|unspecified|NONE|QUARANTINE|REJECT))?,d=(none|quarantine|reject|unspecified|NONE|QUARANTINE|REJECT)(,d[.]eval=(none|quarantine|reject|unspecified|NONE|QUARANTINE|REJECT))?[)]([[:blank:]]+policy[.]policy-from=p)?)?[[:blank:]]+[Hh][Ee][Aa][Dd][Ee][Rr][.][Ff][Rr][Oo][Mm]=([[:alnum:].-]+|\"[[:alnum:].-]+\")[[:blank:]]*(;[[:blank:]]*([[:alnum:]_.-]+[[:blank:]]*=[^\"();\\\\]*((\"[^\"\\\\]*\"|[(][^()\\\\]*([(][^()\\\\]*[)][^()\\\\]*)*+[)])[^\"();\\\\]*)*+)?)*+$") {
        if header :index 1 :regex :comparator "i;octet" "authentication-results" "[Hh][Ee][Aa][Dd][Ee][Rr][.][Ff][Rr][Oo][Mm]=\"?([[:alnum:].-]+)" {
          set :lower "signer" "${1}";
          if string :is "${signer}" "${domain}" {
            set "authenticated" "yes";
          }
        }
      }
      if header :index 1 :regex :comparator "i;octet" "authentication-results" "^[[:blank:]]*([Mm][Xx][.][Tt][Ee][Ss][Tt]|\"([Mm][Xx][.][Tt][Ee][Ss][Tt])\")(/[[:alnum:]]+)?([[:blank:]]*[(](amavisd-new|amavis|Postfix|Sendmail|Exim|border)[)])?([[:blank:]]+1)?[[:blank:]]*;[[:blank:]]*dkim=pass[[:blank:]]*[(][0-9]+-bit[[:blank:]]+key(;[[:blank:]]+(unprotected|insecure|secure|unknown[[:blank:]]+security))?[)][[:blank:]]+(header[.]d=[[:alnum:].-]+|(header[.]d=[[:alnum:].-]+[[:blank:]]+)?header[.]i=[^[:space:]\";()@=]*@[[:alnum:].-]+)([[:blank:]]+header[.]b=\"[[:alnum:]+/=]+\")?([[:blank:]]*;[[:blank:]]+dkim-atps=neutral)?;?[[:blank:]]*$" {
        if header :index 1 :regex :comparator "i;octet" "authentication-results" "@([[:alnum:].-]+)" {
          set :lower "signer" "${1}";
          if allof (string :regex "${signer}" "^[[:alnum:]-]+([.][[:alnum:]-]+)++$", anyof (string :is "${signer}" "${domain}", string :matches "${signer}" "*.${domain}", string :matches "${domain}" "*.${signer}")) {
            set "authenticated" "yes";
          }
        } elsif header :index 1 :regex :comparator "i;octet" "authentication-results" "header[.]d=([[:alnum:].-]+)" {
          set :lower "signer" "${1}";
          if allof (string :regex "${signer}" "^[[:alnum:]-]+([.][[:alnum:]-]+)++$", anyof (string :is "${signer}" "${domain}", string :matches "${signer}" "*.${domain}", string :matches "${domain}" "*.${signer}")) {
            set "authenticated" "yes";
          }
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
  set "text1" "([^<>]*[^[:alnum:]<>])?([Ww][Ee]([[:space:]]| |&nbsp;|<[^<>]*>)++[Mm][Ee][Tt])([^[:alnum:]]|$)";
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
