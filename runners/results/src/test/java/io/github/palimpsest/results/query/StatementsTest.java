package io.github.palimpsest.results.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StatementsTest {
  @Test
  void a_semicolon_ends_a_statement_unless_it_is_in_a_string_a_name_or_a_comment() {
    assertThat(Statements.in("SELECT 1")).isEqualTo(1);
    assertThat(Statements.in("SELECT 1; -- and no more; really\n")).isEqualTo(1);
    assertThat(Statements.in("SELECT ';', 'it''s; one', \"a;\"\"b\" /* ; */ FROM t;")).isEqualTo(1);
    assertThat(Statements.in("SELECT 1; SELECT 2")).isEqualTo(2);
    assertThat(Statements.in("SELECT 'a'; 'b'")).isEqualTo(2);
  }
}
