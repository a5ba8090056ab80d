/** A worker file that fails while it is loaded, as one does that cannot reach its database. */
throw new Error("no database");
