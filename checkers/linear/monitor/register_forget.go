package monitor

// forgetRegister keeps the blocks (see [Register]) of which something can still be seen, and of those the end.
//
// What finished operations saw is certain: somebody wrote it, once, before. So they, who wrote what they saw, and the
// compare-and-sets between make up blocks, for good; all others are kept, but for unknown reads. A block B is closed by
// another, A, if A had an operation that finished at all, and one called after an operation of B finished: whoever comes
// and sees a value of B clashes with A (see [zone]). Of all blocks the one with the latest call closes every other that is
// closed at all, and the one with the second latest call closes it.
//
// A closed block is forgotten if nobody under way says that he saw it. Nothing clashes with it that did not before: a block
// of what comes begins to end after all its calls, and so does one that finished nothing yet; and of those of which an
// operation finished and which still grow, it closes those that it would clash with, so that the two with the latest calls
// do, which are kept for that. Whoever sees its value after all finds that nobody wrote it.
//
// In a block, what comes can neither see nor change a value that had been changed by then, since that change, or somebody
// who saw what came of it, has returned. So the block begins anew with its last value, or the first that somebody under
// way says that he saw: written before everything, by an operation that returns when the first of those forgotten did, and
// read by one that is called when the last of them was. Of those who finished reading a value, the one that returned first
// and the one called last say all about the others.
//
// If the value of a block that was forgotten is written again, those who see it then see the new one. Where somebody under way
// says that he saw a value that he can not have seen, since others were seen since, then only a value that is written again
// can explain it; of what shows that, nothing is forgotten.
func forgetRegister(p *Part, until int64) (rest *Part, from []int32) {
	f := registerPast{register: register{ops: p.Ops, passed: p.Passed}, kept: newKept(p), until: until}
	if f.collectWrites(p.Start) != "" || !f.collectPast() {
		return keepAll(p)
	}
	f.keepPending()
	if !f.keepBlocks() {
		return keepAll(p)
	}
	return f.kept.rest()
}

// registerPast is what is certain of a history.
type registerPast struct {
	register
	kept  *kept
	until int64
	past  []pastCluster // by cluster; of the clusters first, last and next are of what is certain
}

// pastCluster is what is certain of a value.
type pastCluster struct {
	certain bool // somebody finished who saw it or wrote it, or what was made of it is certain
	touched bool // somebody under way says that he saw it

	lateTouch int64 // when the last of those was called
}

// finished says whether an operation returned before the time.
func (f *registerPast) finished(op *Op) bool { return !op.underWay(f.until) }

// collectPast finds out what is certain. It gives false if that cannot be so.
func (f *registerPast) collectPast() bool {
	f.past = make([]pastCluster, len(f.clusters))
	f.past[0].certain = !f.passed
	made := int32(0)
	for i := range f.ops {
		op := &f.ops[i]
		if op.Kind != Read {
			made++
		}
		if !f.saw(op, int32(i), made) {
			return false
		}
	}
	return true
}

// saw notes what an operation saw and wrote; the latter is what the made-th cluster is of.
func (f *registerPast) saw(op *Op, place, made int32) bool {
	switch {
	case !f.finished(op):
		return true
	case op.Kind != Read:
		return f.ascertain(made)
	}
	seen := f.values.find(op.Value)
	if seen < 0 {
		return false
	}
	f.clusters[seen].read(place, op.Return)
	return f.ascertain(seen)
}

// ascertain says that a value was there, and with it those from which compare-and-sets made it.
func (f *registerPast) ascertain(id int32) bool {
	for id > 0 && !f.past[id].certain {
		f.past[id].certain = true
		op := f.maker(id)
		if op.Kind == Write {
			return true
		}
		of := f.values.find(op.Other)
		if of < 0 || f.clusters[of].next != 0 {
			return false
		}
		f.clusters[of].next = id
		id = of
	}
	return true
}

// keepPending keeps who is under way and of whom it is not certain that he was before: writes that nobody finished seeing,
// and reads, if it is known what they saw.
func (f *registerPast) keepPending() {
	made := int32(0)
	for i := range f.ops {
		op := &f.ops[i]
		if op.Kind != Read {
			made++
		}
		switch known := op.known(); {
		case f.finished(op), op.Kind == Read && !known, op.Kind != Read && f.past[made].certain:
			continue
		case op.Kind == Read:
			f.touch(f.values.find(op.Value), op.Call)
		case op.Kind == CompareAndSet && known:
			f.touch(f.values.find(op.Other), op.Call)
		}
		f.kept.keep(int32(i))
	}
}

// touch says that somebody under way says that he saw a value. If it is not certain that it was there, then he may say the
// same of those from which compare-and-sets would have made it.
func (f *registerPast) touch(id int32, called int64) {
	for id >= 0 && (!f.past[id].touched || f.past[id].lateTouch < called) {
		f.past[id].touched, f.past[id].lateTouch = true, called
		if f.past[id].certain || id == 0 || f.maker(id).Kind == Write {
			return
		}
		called = max(called, f.maker(id).Call)
		id = f.values.find(f.maker(id).Other)
	}
}

// keepBlocks keeps what can still matter of the blocks that are certain. It gives false if somebody under way says what can not
// be.
func (f *registerPast) keepBlocks() bool {
	var blocks []pastBlock
	for id := range f.clusters {
		if f.past[id].certain && (id == 0 || f.maker(int32(id)).Kind == Write) {
			blocks = append(blocks, f.block(int32(id)))
		}
	}
	if clashes(blocks) {
		return false
	}
	latest, second := closers(blocks)
	f.kept.gone = true
	for i := range blocks {
		closer := latest
		if i == latest {
			closer = second
		}
		closed := closer >= 0 && blocks[closer].to > blocks[i].from
		if !closed || blocks[i].touched || i == latest || i == second {
			f.keepBlock(&blocks[i])
		}
	}
	return true
}

// closers gives the blocks with the latest call and with the second latest, or -1.
func closers(blocks []pastBlock) (latest, second int) {
	latest, second = -1, -1
	for i := range blocks {
		switch {
		case latest < 0 || blocks[i].to > blocks[latest].to:
			latest, second = i, latest
		case second < 0 || blocks[i].to > blocks[second].to:
			second = i
		}
	}
	return latest, second
}

// pastBlock is a block, with the zone of what is certain of it.
type pastBlock struct {
	zone
	late    int32 // the place of one that was called at zone.to
	touched bool  // somebody under way says that he saw one of its values

	lateTouch int64 // when the last of those was called
	head      int32 // the cluster with which it begins anew

	before     zone  // of what came before head was read
	lateBefore int32 // the place of one that was called at before.to
}

// block looks through a block, from its first cluster on.
func (f *registerPast) block(root int32) pastBlock {
	b := pastBlock{zone: zone{from: Never, to: beginning, root: root}, head: -1, lateTouch: beginning}
	if root == 0 {
		b.from = beginning
	}
	for id := root; ; id = f.clusters[id].next {
		c := &f.clusters[id]
		if c.maker >= 0 {
			b.add(c.maker, f.ops[c.maker].Call, f.ops[c.maker].Return, f.until)
		}
		if f.past[id].touched {
			b.touched, b.lateTouch = true, max(b.lateTouch, f.past[id].lateTouch)
		}
		if b.head < 0 && (b.touched || c.next == 0) {
			b.head, b.before, b.lateBefore = id, b.zone, b.late
		}
		if c.first >= 0 {
			b.add(c.last, f.ops[c.last].Call, c.early, f.until)
		}
		if c.next == 0 {
			return b
		}
	}
}

// add adds operations of which one was called last, at a place, and one returned first.
func (b *pastBlock) add(place int32, called, returned, until int64) {
	if called > b.to {
		b.to, b.late = called, place
	}
	if returned < until {
		b.from = min(b.from, returned)
	}
}

// keepBlock keeps a block from its head on.
func (f *registerPast) keepBlock(b *pastBlock) {
	f.kept.gone = f.kept.gone && b.root != 0
	switch maker := f.clusters[b.head].maker; {
	case b.head != b.root:
		f.anew(b)
	case maker >= 0:
		f.kept.keep(maker)
	}
	for id := b.head; ; {
		if c := &f.clusters[id]; c.first >= 0 {
			if f.kept.keep(c.first); c.last != c.first {
				f.kept.keep(c.last)
			}
		}
		if id = f.clusters[id].next; id == 0 {
			return
		}
		f.kept.keep(f.clusters[id].maker)
	}
}

// anew has the value of the head stand for all that was before.
func (f *registerPast) anew(b *pastBlock) {
	place := f.clusters[b.head].maker
	value, from := f.ops[place].Value, b.before.from
	if from == Never {
		from = b.from // it took effect before that, since it was seen
	}
	if b.root == 0 {
		f.kept.start = value
	} else {
		f.kept.stand(Op{Act{Write, value, 0}, beginning + 1, from}, place)
	}
	f.kept.stand(Op{Act{Read, value, 0}, b.before.to, max(b.before.to, from)}, b.lateBefore)
}
