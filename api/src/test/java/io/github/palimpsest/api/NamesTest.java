package io.github.palimpsest.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.component.ComponentId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  private static final List<String> KNOWN =
      List.of("acme.sign", "adam", "adamw", "asam", "ewc", "lora", "sam", "sgd", "wise-ft");

  @ParameterizedTest
  @ValueSource(strings = {"sam", "wise-ft", "l2-sp", "acme.sam", "a1.b2"})
  void aNameOfTheGrammarIsAnId(String name) {
    assertThat(new ComponentId(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "Sam",
        "sam ",
        "1sam",
        "-sam",
        "wise_ft",
        "a.b.c",
        ".sam",
        "acme.",
        "none",
        "true",
        "false",
        "s\u00e4m"
      })
  void anythingElseIsNot(String name) {
    assertThatThrownBy(() -> new ComponentId(name))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'" + name + "'");
  }

  @Test
  void theVendorIsWhatStandsBeforeTheDot() {
    assertThat(new ComponentId("acme.sign").vendor()).isEqualTo("acme");
    assertThat(new ComponentId("sign").vendor()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "adamww, adamw",
    "adma, adam",
    "AdamW, adamw",
    "SAM, sam",
    "wise_ft, wise-ft",
    "wiseft, wise-ft",
    "wise, wise-ft",
    "sign, acme.sign",
    "lroa, lora",
    "ewcc, ewc",
  })
  void aMistypedNameOffersTheOneThatWasMeant(String typed, String meant) {
    assertThat(NearestName.of(typed, KNOWN)).as("nearest to %s", typed).contains(meant);
    assertThat(NearestName.hint(typed, KNOWN)).isEqualTo("; did you mean '" + meant + "'?");
  }

  @Test
  void whereNothingIsCloseAllNamesAreListed() {
    assertThat(NearestName.of("transformer", KNOWN)).isEmpty();
    assertThat(NearestName.hint("transformer", Set.of("b", "a"))).isEqualTo("; known: a, b");
    assertThat(NearestName.hint("transformer", Set.of())).isEmpty();
  }
}
