// The server as it runs for users. Without it graphql-js looks for mistakes of its caller at each field of each record,
// which costs as much as completing it, and Express tells stacks.
process.env.NODE_ENV ??= 'production';
