package db

// Created gives the tables that the store holds itself to have made.
func (st *Base) Created() []string { return st.created }

// Address is where the database is.
func (st *Base) Address() string { return st.db.address }
