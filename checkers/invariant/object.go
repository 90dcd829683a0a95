package invariant

// object is one object's updates and reads, as places in the sheet, in its order.
type object struct {
	key            uint64
	updates, reads []int32
}

// objects gives the sheet by object, in order of first mention: updates, then reads.
func (s *Sheet) objects() []object {
	ids := numbering{ids: map[uint64]int32{}}
	updates := group(&ids, s.Updates, func(u *Update) uint64 { return u.Key })
	reads := group(&ids, s.Reads, func(r *Read) uint64 { return r.Key })
	all := make([]object, len(ids.keys))
	for id, key := range ids.keys {
		all[id].key = key
		if id < len(updates) {
			all[id].updates = updates[id]
		}
		if id < len(reads) {
			all[id].reads = reads[id]
		}
	}
	return all
}

// numbering gives keys small numbers, in order of first mention.
type numbering struct {
	ids  map[uint64]int32
	keys []uint64
}

func (n *numbering) id(key uint64) int32 {
	id, known := n.ids[key]
	if !known {
		id = int32(len(n.keys))
		n.ids[key] = id
		n.keys = append(n.keys, key)
	}
	return id
}

// group gives the places of items by the number of their key. It counts first, so that all groups share one array.
func group[T any](ids *numbering, items []T, key func(*T) uint64) [][]int32 {
	of := make([]int32, len(items))
	var sizes []int32
	for i := range items {
		of[i] = ids.id(key(&items[i]))
		for len(sizes) < len(ids.keys) {
			sizes = append(sizes, 0)
		}
		sizes[of[i]]++
	}
	flat := make([]int32, len(items))
	groups := make([][]int32, len(sizes))
	for id, n := range sizes {
		groups[id], flat = flat[:0:n], flat[n:]
	}
	for i, id := range of {
		groups[id] = append(groups[id], int32(i))
	}
	return groups
}
