// Package sqlsteps gives code that uses database/sql its steps, with no change to that code: only its *sql.DB is opened
// here.
//
//	db, err := sqlsteps.Open("sqlite", dsn) // as sql.Open
//
// Each query, exec, begin, commit and rollback is one [harness.Step], named by the first words of its SQL, such as
// "SELECT balance FROM wallet…", or "begin", "commit" and "rollback". Connecting, pinging, preparing, closing and reading
// rows are none. A statement finds its step through the context that it is given, so that calls without a context, such as
// db.Query, have none; a commit or rollback has the context of its begin. Outside of the harness, everything is as with
// the driver alone. Only sql.Conn's Raw shows the difference: it gives the wrapper, not the driver's own connection.
package sqlsteps

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"io"
)

// Open is sql.Open for a driver that is registered under the name, with steps.
func Open(driverName, dsn string) (*sql.DB, error) {
	// Nothing but sql.Open finds a driver by its name. It does not connect.
	db, err := sql.Open(driverName, dsn)
	if err != nil {
		return nil, err
	}
	d := db.Driver()
	if err := db.Close(); err != nil {
		return nil, err
	}
	maker, ok := d.(driver.DriverContext)
	if !ok {
		return OpenConnector(opener{d, dsn}), nil
	}
	c, err := maker.OpenConnector(dsn)
	if err != nil {
		return nil, err
	}
	return OpenConnector(c), nil
}

// OpenConnector is sql.OpenDB with steps.
func OpenConnector(c driver.Connector) *sql.DB { return sql.OpenDB(Wrap(c)) }

// Wrap gives a connector whose connections have steps, for what takes a connector. Its Driver is that of c.
func Wrap(c driver.Connector) driver.Connector { return connector{c} }

type connector struct{ driver.Connector }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	parent, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return wrapConn(parent), nil
}

// Close is called when the database is closed.
func (c connector) Close() error {
	if closer, ok := c.Connector.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

// opener connects with a driver that makes no connectors.
type opener struct {
	driver driver.Driver
	dsn    string
}

func (o opener) Connect(context.Context) (driver.Conn, error) { return o.driver.Open(o.dsn) }
func (o opener) Driver() driver.Driver                        { return o.driver }
