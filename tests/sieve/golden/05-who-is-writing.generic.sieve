# loss: cold: approximate: the host knows no regular expressions, so no Authentication-Results can be read; the sender's own words cannot be told from quoted ones: the whole text is searched; the host knows no regular expressions: phrases are looked for as letters in a row, so that those inside longer words count, and those across tags and line ends do not
# loss: known: dropped: the host knows no regular expressions, so no Authentication-Results can be read
# loss: stated: dropped: the host knows no regular expressions, so no Authentication-Results can be read; the sender's own words cannot be told from quoted ones: the whole text is searched; the host knows no regular expressions: phrases are looked for as letters in a row, so that those inside longer words count, and those across tags and line ends do not; the policy says sieve: omit
# loss: vouched: dropped: the host knows no regular expressions, so no Authentication-Results can be read
# loss: (script): approximate: over 1,048,576 bytes no text is searched; coldstop reads the beginning
# loss: (script): exact: a script cannot make folders there: make those of the policy first
# loss: (script): approximate: give the server's own list with --capabilities: with regex most of this becomes exact
require ["fileinto", "body", "variables"];
set "against" "";
set "credits" "";
set "for" "";
set "objections" "";
set "recruiting" "";
set "tier" "";
set "verdict" "0";
# any
if not exists "X-Never" {
  set "for" "${for}x";
}
# recruiting from a pitch of 1 on
if string :matches :comparator "i;octet" "${for}" "${against}x*" {
  set "recruiting" "yes";
  if allof (not size :over 1M, body :content ["text/plain", "text/html"] :contains "we met") {
    set "tier" "stated";
  }
}
if string :is :comparator "i;octet" "${recruiting}" "yes" {
  # cold
  if string :is :comparator "i;octet" "${tier}" "" {
    set "objections" "${objections}xxxxxxxxxx";
  }
}
if string :matches :comparator "i;octet" "${objections}" "${credits}xxxxxxxxxx*" {
  set "verdict" "3";
}
if string :is :comparator "i;octet" "${verdict}" "3" {
  fileinto "Recruiters";
  stop;
}
