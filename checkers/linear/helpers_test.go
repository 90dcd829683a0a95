package linear

import "hash/maphash"

var seed = maphash.MakeSeed()

func hashOf[S comparable](state S) uint64 { return maphash.Comparable(seed, state) }
