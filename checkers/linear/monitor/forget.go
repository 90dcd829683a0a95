package monitor

// Forget stub
func Forget(p *Part, until int64) (rest *Part, from []int32) {
	from = make([]int32, len(p.Ops))
	for i := range from {
		from[i] = int32(i)
	}
	return &Part{Ops: append([]Op(nil), p.Ops...), Start: p.Start, Members: p.Members}, from
}
