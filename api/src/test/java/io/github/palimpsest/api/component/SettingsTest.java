package io.github.palimpsest.api.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.MetricStub;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.optimizer.Optimizer;
import io.github.palimpsest.api.optimizer.OptimizerProvider;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.api.recipe.Schedule;
import io.github.palimpsest.api.recipe.Value;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rule SPI-04: defaults pass their own range; a bad or unknown key is rejected by name. */
class SettingsTest {
  enum Shape {
    ROUND,
    ALMOST_SQUARE
  }

  private static final Setting<Double> RHO = Setting.real("rho", 0.05, 0, 10, "radius");
  private static final Setting<Integer> EVERY = Setting.integer("every", 5, 1, 100, "period");
  private static final Setting<Boolean> ON = Setting.flag("on", true, "switch");
  private static final Setting<Shape> SHAPE =
      Setting.choice("shape", Shape.class, Shape.ALMOST_SQUARE, "form");
  private static final Setting<Pattern> TARGETS = Setting.pattern("targets", ".*proj", "names");
  private static final Setting<Schedule> LR = Setting.schedule("lr", 0.001, 0, 1, "step size");
  private static final MetricStub STUB =
      new MetricStub("stub", List.of(RHO, EVERY, ON, SHAPE, TARGETS, LR));

  private static Settings read(String call) {
    Value.Call parsed = (Value.Call) RecipeText.parseValue(call);
    return Settings.of(STUB, parsed.arguments(), SettingsTest::noComponents);
  }

  private static Component<?> noComponents(Kind kind, Value.Call call) {
    throw new PalimpsestException("no " + kind.label() + " '" + call + "'");
  }

  @Test
  void defaultsFillWhatWasNotWritten() {
    Settings settings = read("stub(every=7)");

    assertThat(settings.get(EVERY)).as("written").isEqualTo(7);
    assertThat(settings.get(RHO)).as("default").isEqualTo(0.05);
    assertThat(settings.get(ON)).isTrue();
    assertThat(settings.get(SHAPE)).isEqualTo(Shape.ALMOST_SQUARE);
    assertThat(settings.get(TARGETS).pattern()).isEqualTo(".*proj");
    assertThat(settings.get(LR).at(0, 10)).isEqualTo(0.001);
    assertThat(Settings.defaults(STUB)).isEqualTo(read("stub(every=5)"));
  }

  @Test
  void theCanonicalTextNamesEverySettingOnce() {
    assertThat(read("stub(lr=constant(value=0.5), shape=round, rho=1.0)"))
        .hasToString("stub(every=5, lr=0.5, on=true, rho=1, shape=round, targets=\".*proj\")");
  }

  @Test
  void settingsWithOneCanonicalTextAreEqual() {
    assertThat(read("stub(rho=1)")).isEqualTo(read("stub(rho=1.0, on=true)"));
    assertThat(read("stub(rho=1)")).hasSameHashCodeAs(read("stub(rho=1.0, on=true)"));
    assertThat(read("stub(rho=1)")).isNotEqualTo(read("stub(rho=2)"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "stub(rh=1);            unknown setting 'rh' of 'stub'; did you mean 'rho'?",
        "stub(zebra=1);         unknown setting 'zebra' of 'stub'; known: every, lr, on, rho,"
            + " shape, targets",
        "stub(rho=-0.1);        setting 'rho' of 'stub': -0.1 is out of range: number from 0 to 10",
        "stub(rho=11);          setting 'rho' of 'stub': 11 is out of range: number from 0 to 10",
        "stub(rho=big);         setting 'rho' of 'stub': big is not a number from 0 to 10",
        "stub(rho=true);        setting 'rho' of 'stub': true is not a number from 0 to 10",
        "stub(every=0);         setting 'every' of 'stub': 0 is out of range: whole number from 1"
            + " to 100",
        "stub(every=1.5);       setting 'every' of 'stub': 1.5 is out of range: whole number from 1"
            + " to 100",
        "stub(on=1);            setting 'on' of 'stub': 1 is neither true nor false",
        "stub(shape=oval);      setting 'shape' of 'stub': oval is not one of round, almost-square",
        "stub(shape=round(x=1));setting 'shape' of 'stub': round(x=1) is not one of round,"
            + " almost-square",
        "stub(targets=a);       setting 'targets' of 'stub': a is not a quoted regular expression",
        "stub(targets=\"(\");   setting 'targets' of 'stub': \"(\" is not a regular expression",
        "stub(lr=2);            setting 'lr' of 'stub': 2 is out of range: number from 0 to 1",
        "stub(lr=linear(peak=0.1, end=-1)); setting 'lr' of 'stub': linear(end=-1, peak=0.1) is out"
            + " of range",
        "stub(lr=linaer(peak=1)); setting 'lr' of 'stub': unknown schedule 'linaer'; did you mean"
            + " 'linear'?",
      })
  void aBadValueOrKeyIsRefusedByName(String call, String message) {
    assertThatThrownBy(() -> read(call))
        .as(call)
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aComponentWithoutSettingsSaysSo() {
    assertThatThrownBy(
            () ->
                Settings.of(
                    new MetricStub("bare", List.of()),
                    Map.of("x", new Value.Num(1)),
                    SettingsTest::noComponents))
        .hasMessage("unknown setting 'x' of 'bare'; it has no settings");
  }

  @Test
  void theBoundsAreIncluded() {
    assertThat(read("stub(rho=0)").get(RHO)).isZero();
    assertThat(read("stub(rho=10)").get(RHO)).isEqualTo(10);
    assertThat(read("stub(every=100)").get(EVERY)).isEqualTo(100);
  }

  @Test
  void aDefaultOutsideItsOwnRangeIsRefusedWhereItIsDeclared() {
    assertThatThrownBy(() -> Setting.real("rho", -1, 0, 1, "radius"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("default of setting 'rho': -1 is out of range: number from 0 to 1");
    assertThatThrownBy(() -> Setting.integer("k", 0, 1, Integer.MAX_VALUE, "count"))
        .hasMessage("default of setting 'k': 0 is out of range: whole number of at least 1");
    assertThatThrownBy(() -> Setting.schedule("lr", 2, 0, 1, "step size"))
        .hasMessageContaining("default of setting 'lr': 2 is out of range");
    assertThatThrownBy(() -> Setting.pattern("p", "(", "names"))
        .hasMessageContaining("default of setting 'p'");
  }

  @Test
  void aBadKeyIsRefusedWhereItIsDeclared() {
    assertThatThrownBy(() -> Setting.flag("Bad_Key", true, "switch"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("'Bad_Key'");
  }

  @Test
  void theRangeIsSaidInWords() {
    assertThat(Setting.real("x", 0, -Double.MAX_VALUE, Double.MAX_VALUE, "any").range())
        .isEqualTo("number of any size");
    assertThat(Setting.real("x", 0, -Double.MAX_VALUE, 3, "any").range())
        .isEqualTo("number of at most 3");
    assertThat(Setting.real("x", 0, 0, Math.nextDown(1.0), "any").range())
        .isEqualTo("number of at least 0 and below 1");
    assertThat(Setting.integer("x", 0, Integer.MIN_VALUE, Integer.MAX_VALUE, "any").range())
        .isEqualTo("whole number of any size");
  }

  @Test
  void aProgramReadsWhatIsAllowed() {
    assertThat(Setting.real("x", 0, -1, Double.MAX_VALUE, "any").allowed())
        .isEqualTo(new AllowedValues.Numbers(-1, Double.MAX_VALUE));
    assertThat(Setting.integer("x", 2, 1, 9, "any").allowed())
        .isEqualTo(new AllowedValues.WholeNumbers(1, 9));
    assertThat(Setting.schedule("x", 0, 0, 1, "any").alias("y").allowed())
        .isEqualTo(new AllowedValues.NumbersOrSchedules(0, 1));
    assertThat(Setting.flag("x", true, "any").allowed())
        .isEqualTo(new AllowedValues.Words(List.of(new Value.Flag(true), new Value.Flag(false))));
    assertThat(Setting.choice("x", Kind.class, Kind.OPTIMIZER, "any").allowed())
        .isEqualTo(
            new AllowedValues.Words(
                Stream.of(Kind.values())
                    .<Value>map(k -> Value.Call.word(k.name().toLowerCase(Locale.ROOT)))
                    .toList()));
    assertThat(Setting.text("x", "", "any").allowed()).isEqualTo(new AllowedValues.Texts());
    assertThat(Setting.pattern("x", "", "any").allowed()).isEqualTo(new AllowedValues.Patterns());
    assertThat(Setting.optimizer("x", "sgd", "any").allowed())
        .isEqualTo(new AllowedValues.Components(Kind.OPTIMIZER));
  }

  @Test
  void aCopyHasAnotherValueOfOneSetting() {
    Settings round = read("stub(rho=1)").with(SHAPE, Value.Call.word("round"));
    assertThat(round).isEqualTo(read("stub(rho=1, shape=round)"));
    assertThatThrownBy(() -> round.with(RHO, new Value.Num(11)))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("11");
    Setting<Double> stranger = Setting.real("rho", 0.05, 0, 10, "radius");
    assertThatThrownBy(() -> round.with(stranger, new Value.Num(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCopyHasAnotherComponentInOneSetting() {
    Setting<Optimizer> base = Setting.optimizer("base", "plain", "optimizer inside");
    OptimizerProvider plain =
        OptimizerProvider.of("plain", "", "")
            .settings(RHO)
            .traits(s -> Traits.of(Onset.FIRST_TASK, Cost.passes(1)))
            .creates(
                s -> {
                  throw new UnsupportedOperationException();
                });
    Settings whole =
        Settings.of(
            new MetricStub("whole", List.of(base, RHO)),
            Map.of(),
            (kind, call) -> new Component<>(plain, Settings.defaults(plain)));
    Component<Optimizer> wide =
        new Component<>(plain, Settings.defaults(plain).with(RHO, new Value.Num(3)));
    Settings changed = whole.with(base, wide);
    assertThat(changed.nested(base)).contains(wide);
    assertThat(changed).hasToString(whole.toString().replace("plain(rho=0.05)", "plain(rho=3)"));
    assertThatThrownBy(() -> whole.with(base, new Component<>(STUB, Settings.defaults(STUB))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kind optimizer, not stub");
    assertThatThrownBy(() -> whole.with(RHO, wide)).isInstanceOf(PalimpsestException.class);
  }

  @Test
  void aSettingThatWasNotDeclaredCannotBeRead() {
    Setting<Boolean> other = Setting.flag("other", false, "switch");
    assertThatThrownBy(() -> Settings.defaults(STUB).get(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'stub' does not declare setting 'other'");
  }

  @Test
  void aSettingIsKnownByIdentityAndNotByItsKey() {
    Setting<?> declared = STUB.settings().get(0);
    Setting<Boolean> like = Setting.flag(declared.key(), false, "of another type");
    assertThatThrownBy(() -> Settings.defaults(STUB).get(like))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'stub' declares another setting '" + declared.key() + "'");
    assertThatThrownBy(() -> Settings.defaults(STUB).nested(like))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeyDeclaredTwiceIsRefused() {
    assertThatThrownBy(() -> Settings.defaults(new MetricStub("stub", List.of(RHO, RHO))))
        .hasMessage("component 'stub' declares setting 'rho' twice");
  }

  @Test
  void anAliasIsReadAndTheCanonicalTextHasTheKey() {
    Setting<Double> radius = Setting.real("radius", 1, 0, 10, "how far").alias("rho").alias("r");
    MetricStub stub = new MetricStub("stub", List.of(radius, EVERY));
    Settings old = Settings.of(stub, arguments("stub(rho=2)"), SettingsTest::noComponents);

    assertThat(old.get(radius)).isEqualTo(2);
    assertThat(old).hasToString("stub(every=5, radius=2)");
    assertThat(old)
        .isEqualTo(Settings.of(stub, arguments("stub(radius=2)"), SettingsTest::noComponents));
    assertThat(radius.aliases()).containsExactly("rho", "r");
    assertThatThrownBy(
            () -> Settings.of(stub, arguments("stub(r=3, radius=2)"), SettingsTest::noComponents))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("setting 'radius' of 'stub' is given under two names: 'radius', 'r'");
    assertThatThrownBy(
            () -> Settings.of(stub, arguments("stub(radios=2)"), SettingsTest::noComponents))
        .hasMessageContaining("did you mean 'radius'?");
  }

  @Test
  void anAliasThatIsTheKeyOfAnotherSettingIsRefused() {
    MetricStub stub =
        new MetricStub("stub", List.of(RHO, Setting.flag("on", true, "switch").alias("rho")));

    assertThatThrownBy(() -> Settings.defaults(stub))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("component 'stub' declares setting 'rho' twice");
    assertThatThrownBy(() -> RHO.alias("Rho"))
        .hasMessageContaining("setting key 'Rho' must be lower-case");
  }

  private static Map<String, Value> arguments(String call) {
    return ((Value.Call) RecipeText.parseValue(call)).arguments();
  }
}
