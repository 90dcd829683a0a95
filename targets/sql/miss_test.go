package sql
import ("testing";"context";"fmt";"os"
"github.com/lostupdate/stress/harness"
"github.com/lostupdate/stress/targets/cells"
"github.com/lostupdate/stress/checkers"
"github.com/lostupdate/stress/workloads/counter"
"github.com/lostupdate/stress/workloads/register"
"github.com/lostupdate/stress/workloads/wallet"
)
func TestMiss(t *testing.T) {
 if os.Getenv("MISS")=="" { t.Skip() }
 for _, d := range dialects() { for _, s := range Strategies(d) { for _, w := range []string{"counter","register","wallet"} {
  if s.Shows[w]=="" || !s.Serves(w) {continue}
  hit:=0; n:=12
  for seed := range n {
   st := s.New(dsnOf(t,d), 1)
   opts := []harness.Option{harness.Clients(8), harness.Ops(1000), harness.Seed(uint64(seed+1))}
   var v checkers.Verdict
   switch w {
   case "counter": x,_ := counter.New(counter.Config{Reads:-1}); r,err := harness.Run(context.Background(), cells.Counter(st,1), x, opts...); if err!=nil {t.Fatal(err)}; v=r.Verdict
   case "register": x,_ := register.New(register.Config{Reads:-1,Writes:-1}); r,err := harness.Run(context.Background(), cells.Register(st,1), x, opts...);if err!=nil {t.Fatal(err)}; v=r.Verdict
   default: x,_ := wallet.New(wallet.Config{}); r,err := harness.Run(context.Background(), cells.Wallet(st,x.Initial()), x, opts...);if err!=nil {t.Fatal(err)}; v=r.Verdict
   }
   for _, a := range v.Anomalies { if a.Name==s.Shows[w] {hit++; break} }
  }
  fmt.Printf("%-9s %-9s %-22s %d/%d\n", d.Name(), w, s.Name, hit, n)
 }}}
}
