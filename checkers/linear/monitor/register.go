package monitor

import "fmt"

// Register decides histories of a register: Read, Write and CompareAndSet, where no value is written twice, none is what
// was there at the start, and no compare-and-set writes what it expects. Times are above math.MinInt64.
//
// It follows Gibbons & Korach ("Testing shared memories", 1997) and the zones of Golab, Li & Shah ("Analyzing consistency
// properties for fun and profit", 2011), with compare-and-set added. O(n) but for a sort of some of the values' zones.
//
// Because each value is written once, it is there for one stretch of the order, and at most one compare-and-set can take
// it away: two prove a lost update. A value, those that compare-and-sets made of it one after the other, and all who saw
// them are hence a block, whose operations lie together in every legal order: write, reads, compare-and-set, reads, and so
// on. What was there at the start is a block whose write returned before everything. So the history is legal if and only
// if every value seen was written, chains of compare-and-set have a beginning, no operation of a block was called after
// one that comes later in its block returned, and the blocks can be ordered; see [zone].
//
// An operation of unknown outcome takes effect if what it wrote was seen for sure: by a read, by a compare-and-set, or by
// one of unknown outcome of which the same holds. Then it is one like others that never returned. All others can be left
// out: take a legal order in which some took effect. Who saw what they wrote is one of them. Without all of them, everybody
// else still finds the same value, since what they wrote had been overwritten before he came. An unknown read changes
// nothing and is left out.
func Register(p *Part) Result {
	g := register{ops: p.Ops, passed: p.Passed}
	if reason := g.collectWrites(p.Start); reason != "" {
		return unsuited(reason)
	}
	if wrong := g.collectReads(); wrong != nil {
		return *wrong
	}
	if wrong := g.includeUnknown(); wrong != nil {
		return *wrong
	}
	zones, wrong := g.collectZones()
	if wrong != nil {
		return *wrong
	}
	forward, backward := partition(zones)
	if a, b, found := overlap(forward, backward); found {
		return g.clash(a, b)
	}
	result := Result{Status: Legal}
	if p.Witness {
		result.Order = g.order(zones)
	}
	return result
}

// register is what is known of a history, by value. Values are numbered in order of the calls of who wrote them, from 1; 0
// is what was there at the start.
type register struct {
	ops      []Op
	passed   bool // see Part.Passed
	values   valueTable
	clusters []cluster
	unknown  []int32 // clusters that a compare-and-set of unknown outcome would make
	roots    int     // clusters that were not made by compare-and-set
	links    int     // compare-and-sets that took effect
}

// cluster is a value with those who wrote it, read it, and took it away.
type cluster struct {
	maker int32 // who wrote it; -1 for what was there at the start
	next  int32 // the cluster that the compare-and-set from here made; 0 if there is none, since nobody makes cluster 0
	first int32 // of the reads, the one that returned first; -1 if there are none
	last  int32 // of the reads, the one called last
	early int64 // when first returned
}

// maker gives who wrote the value of a cluster.
func (g *register) maker(id int32) *Op { return &g.ops[g.clusters[id].maker] }

// collectWrites numbers the values, and says why the history does not suit, if so.
func (g *register) collectWrites(start int64) string {
	writes, values := 0, reachOf(start)
	for i := range g.ops {
		op := &g.ops[i]
		switch {
		case op.Kind == Mismatch:
			return "a compare-and-set that was refused does not tell what it saw"
		case op.Kind != Read && op.Kind != Write && op.Kind != CompareAndSet:
			return "an operation is none of a register's"
		case op.Kind == Read:
			continue
		case op.Kind == CompareAndSet && op.Value == op.Other:
			return fmt.Sprintf("a compare-and-set writes %d, which is what it expects", op.Value)
		case op.Kind == Write:
			g.roots++
		}
		writes++
		values.include(op.Value)
	}
	if len(g.ops) > 0 && g.ops[0].Call == beginning {
		return "an operation was called at the beginning of time"
	}
	g.values = newValueTable(values.low, values.high, writes+1)
	if !g.passed {
		g.values.add(start, 0)
	}
	g.clusters = append(make([]cluster, 0, writes+1), cluster{maker: -1, first: -1})
	g.roots++
	return g.numberWrites(start)
}

func (g *register) numberWrites(start int64) string {
	for i := range g.ops {
		op := &g.ops[i]
		if op.Kind == Read {
			continue
		}
		if !g.values.add(op.Value, int32(len(g.clusters))) {
			if op.Value == start && !g.passed {
				return fmt.Sprintf("value %d was written, which was there at the start", start)
			}
			return fmt.Sprintf("value %d was written twice", op.Value)
		}
		g.clusters = append(g.clusters, cluster{maker: int32(i), first: -1})
	}
	return ""
}

// collectReads hands to each cluster who read it for sure, and links it to the one that was made from it for sure.
func (g *register) collectReads() *Result {
	made := int32(0)
	for i := range g.ops {
		op := &g.ops[i]
		if op.Kind != Read {
			made++
		}
		switch {
		case op.Kind == Read && op.known():
			id := g.values.find(op.Value)
			if id < 0 {
				return proved(RulePhantomRead, []int32{int32(i)}, nil)
			}
			g.clusters[id].read(int32(i), op.Return)
		case op.Kind == CompareAndSet && op.known():
			if wrong := g.link(made, g.values.find(op.Other)); wrong != nil {
				return wrong
			}
		case op.Kind == CompareAndSet:
			g.unknown = append(g.unknown, made)
		}
	}
	return nil
}

// read adds a read, called after those before it.
func (c *cluster) read(op int32, returned int64) {
	if c.first < 0 || returned < c.early {
		c.first, c.early = op, returned
	}
	c.last = op
}

// link says that the compare-and-set that makes a cluster took effect, on the value of another; -1 if nobody wrote that.
func (g *register) link(to, from int32) *Result {
	if from < 0 {
		return g.phantom(to)
	}
	if g.clusters[from].next != 0 {
		return g.lost(from, to)
	}
	g.clusters[from].next = to
	g.links++
	return nil
}

// includeUnknown links the compare-and-sets of unknown outcome that must have taken effect. One that does makes another
// that it needs do so too.
func (g *register) includeUnknown() *Result {
	for _, to := range g.unknown {
		for to > 0 && g.seen(to) {
			op := g.maker(to)
			if op.Kind != CompareAndSet || op.known() {
				break
			}
			from := g.values.find(op.Other)
			if from >= 0 && g.clusters[from].next == to {
				break
			}
			if wrong := g.link(to, from); wrong != nil {
				return wrong
			}
			to = from
		}
	}
	return nil
}

// seen says whether somebody saw the value of a cluster, for sure.
func (g *register) seen(id int32) bool { return g.clusters[id].first >= 0 || g.clusters[id].next != 0 }
