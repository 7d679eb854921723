import type { Rule } from "../rule.ts";

/** Languages that belong to no one ecosystem: queries, schemas, translations, templates. */
export const SOURCE: readonly Rule[] = [
  {
    rule: "code/query",
    category: "code",
    extensions:
      "sql psql pgsql plsql mysql ddl prql cypher sparql rq kql hql prisma edgeql surql dbml abap cls trigger apex",
  },
  {
    rule: "code/schema",
    category: "code",
    extensions:
      "xsd xsl xslt wsdl dtd rng rnc avsc avdl asn asn1 g4 g ebnf bnf peg pegjs ne http tmlanguage sublime-syntax raml smithy tsp ttl owl shex",
  },
  { rule: "code/translation", category: "code", extensions: "po pot xlf xliff ftl lang qm mo" },
  {
    rule: "code/template",
    category: "code",
    extensions: "template tmpl tpl tt2 mjml vm st stg gsp rtl jet qtpl hjs dust eta webc sty cls dtx tikz",
  },
];
