package io.github.palimpsest.api.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.RuleViolationException;
import io.github.palimpsest.api.adapter.AdapterProvider;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.merger.MergerProvider;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.parameter.Space;
import io.github.palimpsest.api.regularizer.RegularizerProvider;
import io.github.palimpsest.api.rehearsal.RehearsalProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules REC-05 to REC-10: seats, requirements, conflicts, and the one canonical text. */
class RecipeTest {
  private static final PluginRegistry REGISTRY =
      new PluginRegistry(
          Stream.of(
                  Stub.of(OptimizerProvider.class, "sgd"),
                  Stub.of(OptimizerProvider.class, "sam").wrapping("sgd"),
                  Stub.of(OptimizerProvider.class, "picky").conflicting("ewc"),
                  Stub.of(AdapterProvider.class, "lora"),
                  Stub.of(AdapterProvider.class, "dora"),
                  Stub.of(AdapterProvider.class, "biases").promising(Promise.UNMERGEABLE),
                  Stub.of(OptimizerProvider.class, "far")
                      .with(Setting.choice("space", Space.class, Space.TRAINABLE, "what moves")),
                  Stub.of(RegularizerProvider.class, "ewc"),
                  Stub.of(RegularizerProvider.class, "l2-sp").conflicting("ewc"),
                  Stub.of(RegularizerProvider.class, "o-lora").requiring("lora"),
                  Stub.of(RegularizerProvider.class, "si"),
                  Stub.of(RehearsalProvider.class, "replay"),
                  Stub.of(RehearsalProvider.class, "der"),
                  Stub.of(MergerProvider.class, "wise-ft"),
                  Stub.of(MergerProvider.class, "ema"))
              .map(s -> new Registered(s.provider(), new PluginOrigin("stubs", "1", Path.of("x"))))
              .toList());

  private static void assertRule(String recipe, String rule, String... parts) {
    RuleViolationException e =
        catchThrowableOfType(RuleViolationException.class, () -> REGISTRY.recipe(recipe));
    assertThat(e).as("refusal of %s", recipe).isNotNull().hasMessageContainingAll(parts);
    assertThat(e.rule()).as("rule that %s breaks", recipe).isEqualTo(rule);
    assertThat(e).hasMessageContaining("rule " + rule);
  }

  @Test
  void everyComponentTakesItsSeat() {
    Recipe r = REGISTRY.recipe("sam + ewc + lora + replay | wise-ft | ema");

    assertThat(r.optimizer().id()).hasToString("sam");
    assertThat(r.adapter()).map(Component::id).hasToString("Optional[lora]");
    assertThat(r.regularizers()).extracting(c -> c.id().value()).containsExactly("ewc");
    assertThat(r.rehearsal()).map(Component::id).hasToString("Optional[replay]");
    assertThat(r.mergers()).extracting(c -> c.id().value()).containsExactly("wise-ft", "ema");
  }

  @Test
  void theCanonicalTextFillsEveryDefaultNestedOnesToo() {
    assertThat(REGISTRY.recipe("sam")).hasToString("sam(base=sgd(strength=1), strength=1)");
  }

  @Test
  void theCanonicalTextDoesNotDependOnTheOrderWritten() {
    List<String> parts =
        new ArrayList<>(List.of("sgd", "si(strength=2)", "ewc", "lora", "none", "replay"));
    String expected =
        "sgd(strength=1) + lora(strength=1) + ewc(strength=1) + si(strength=2)"
            + " + replay(strength=1) | wise-ft(strength=1)";
    Random rng = new Random(5);
    for (int i = 0; i < 100; i++) {
      Collections.shuffle(parts, rng);
      String written = String.join(" + ", parts) + " | wise-ft";

      assertThat(REGISTRY.recipe(written)).as(written).hasToString(expected);
    }
  }

  @Test
  void theCanonicalTextIsItsOwnCanonicalText() {
    Recipe once = REGISTRY.recipe("ewc + sam(base=sgd(strength=0.5)) | ema | wise-ft");
    Recipe twice = REGISTRY.recipe(once.toString());

    assertThat(twice).hasToString(once.toString()).isEqualTo(once);
  }

  @Test
  void theOrderOfMergersIsKept() {
    assertThat(REGISTRY.recipe("sgd | ema | wise-ft"))
        .hasToString("sgd(strength=1) | ema(strength=1) | wise-ft(strength=1)");
    assertThat(REGISTRY.recipe("sgd | wise-ft | wise-ft").mergers()).hasSize(2);
  }

  @Test
  void noneHoldsNoSeat() {
    assertThat(REGISTRY.recipe("none + sgd + none | none")).hasToString("sgd(strength=1)");
    assertThatThrownBy(() -> REGISTRY.recipe("sgd + none(strength=1)"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'none' has no settings");
  }

  @Test
  void aRecipeNeedsExactlyOneOptimizer() {
    assertRule("ewc", "seat", "'ewc' has no optimizer");
    assertRule("none", "seat", "has no optimizer");
    assertRule("sgd + sam", "seat-taken", "'sgd'", "'sam'", "optimizer");
  }

  @Test
  void anAdapterAndARehearsalHaveOneSeatEach() {
    assertRule("sgd + lora + dora", "seat-taken", "'lora'", "'dora'", "adapter");
    assertRule("sgd + replay + der", "seat-taken", "'replay'", "'der'", "rehearsal");
  }

  @Test
  void aRegularizerStandsOnce() {
    assertRule("sgd + ewc + ewc(strength=2)", "twice", "'ewc'");
  }

  @Test
  void mergersStandAfterThePipeAndNothingElseDoes() {
    assertRule("sgd + wise-ft", "seat", "'wise-ft'", "merger", "after a '|'");
    assertRule("sgd | ewc", "seat", "'ewc'", "regularizer", "before the first '|'");
  }

  @Test
  void aConflictNamesBothWhicheverSideDeclaresIt() {
    assertRule("sgd + ewc + l2-sp", "conflicts", "'l2-sp'", "'ewc'", "declared by 'l2-sp'");
    assertRule("sgd + l2-sp + ewc", "conflicts", "'l2-sp'", "'ewc'");
  }

  @Test
  void aConflictOfAWrappedOptimizerCounts() {
    assertRule("sam(base=picky) + ewc", "conflicts", "'picky'", "'ewc'");
    assertThat(REGISTRY.recipe("sam(base=picky)").optimizer().nested()).containsOnlyKeys("base");
  }

  @Test
  void whatNeedsMergedWeightsIsRefusedWithAnAdapterThatCannotBeMerged() {
    assertRule("sgd + biases | wise-ft", "unmergeable", "'biases'", "'wise-ft'");
    assertRule(
        "far(space=effective) + biases", "unmergeable", "'biases'", "'far(space=effective)'");
    assertRule("sam(base=far(space=effective)) + biases", "unmergeable", "'far(space=effective)'");
    assertThat(REGISTRY.recipe("far + biases + ewc + replay").adapter()).isPresent();
    assertThat(REGISTRY.recipe("far(space=effective) + lora | wise-ft").mergers()).hasSize(1);
  }

  @Test
  void aMissingRequirementNamesBoth() {
    assertRule("sgd + o-lora", "requires", "'o-lora'", "'lora'");
    assertThat(REGISTRY.recipe("sgd + o-lora + lora").regularizers()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "sgdd;                  unknown component 'sgdd'; did you mean 'sgd'?",
        "sgd + ecw;             unknown component 'ecw'; did you mean 'ewc'?",
        "transformer;           unknown component 'transformer'; known: der, dora, ema",
        "sgd(strenght=1);       unknown setting 'strenght' of 'sgd'; did you mean 'strength'?",
        "sgd(strength=-1);      setting 'strength' of 'sgd': -1 is out of range",
        "sam(base=ewc);         setting 'base' of 'sam': 'ewc' is of kind regularizer, not optimizer",
        "sam(base=sgdd);        setting 'base' of 'sam': unknown component 'sgdd'; did you mean 'sgd'?",
        "sam(base=1);           setting 'base' of 'sam': 1 is not an optimizer",
        "sam(base=sgd(strength=-1)); setting 'base' of 'sam': setting 'strength' of 'sgd': -1 is out",
      })
  void anUnknownNameOrBadSettingIsRefused(String recipe, String message) {
    assertThatThrownBy(() -> REGISTRY.recipe(recipe))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void theRegistryListsComponentsByNameAndKind() {
    assertThat(REGISTRY.all()).extracting(r -> r.provider().id().value()).isSorted().hasSize(15);
    assertThat(REGISTRY.all(Kind.ADAPTER))
        .extracting(r -> r.provider().id().value())
        .containsExactly("biases", "dora", "lora");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SGD", "", "acme.sgd x"})
  void aNameOutsideTheGrammarIsUnknown(String name) {
    assertThatThrownBy(() -> REGISTRY.find(name))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("unknown component '" + name + "'");
  }
}
