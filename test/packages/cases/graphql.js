import { buildSchema, GraphQLError, GraphQLObjectType, GraphQLSchema, graphqlSync, parse, validate } from "graphql";
import { check } from "../check.js";

const schema = buildSchema("type Query { hello(name: String): String }");
const query = parse("{ hello }");

await check({
  item: "Ada",
  used: (name) => parse(`{ ${name} }`).definitions[0].selectionSet.selections[0].name.value,
  captured: (name) => [
    schema instanceof GraphQLSchema,
    validate(schema, query).length,
    JSON.stringify(graphqlSync({ schema, source: "{ hello }", rootValue: { hello: name } })),
  ],
  argument: [schema, (given) => [given.getQueryType() instanceof GraphQLObjectType, validate(given, query).length]],
  result: [
    (name) => buildSchema(`type Query { ${name}: Int }`),
    (made) => Object.keys(made.getQueryType().getFields()),
  ],
  error: (name) => {
    try {
      parse(`{ ${name}`);
    } catch (error) {
      if (error instanceof GraphQLError) throw error;
    }
  },
});
