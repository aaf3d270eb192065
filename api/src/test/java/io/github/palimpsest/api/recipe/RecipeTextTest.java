package io.github.palimpsest.api.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.palimpsest.api.RandomRecipes;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules REC-01 to REC-04. */
class RecipeTextTest {
  private static final int CASES = 5_000;

  private static RandomGenerator seeded(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  @Test
  void parsingWhatWasPrintedGivesTheSameRecipe() {
    RandomRecipes random = new RandomRecipes(seeded(1));
    for (int i = 0; i < CASES; i++) {
      RecipeText recipe = random.recipe();
      String text = recipe.toString();

      RecipeText parsed = RecipeText.parse(text);

      assertThat(parsed).as("case %d: %s", i, text).isEqualTo(recipe);
      assertThat(parsed.toString()).as("case %d, printed again", i).isEqualTo(text);
    }
  }

  @Test
  void aDamagedRecipeIsReadOrRefusedWithAPlaceAndNothingElseHappens() {
    RandomRecipes random = new RandomRecipes(seeded(2));
    RandomGenerator rng = seeded(3);
    String alphabet = "()[]+|=,\"\\ae1-. \n\u00e9";
    for (int i = 0; i < CASES; i++) {
      StringBuilder text = new StringBuilder(random.recipe().toString());
      int at = rng.nextInt(text.length());
      char c = alphabet.charAt(rng.nextInt(alphabet.length()));
      switch (rng.nextInt(3)) {
        case 0 -> text.setCharAt(at, c);
        case 1 -> text.insert(at, c);
        default -> text.deleteCharAt(at);
      }
      String damaged = text.toString();
      try {
        RecipeText read = RecipeText.parse(damaged);
        assertThat(RecipeText.parse(read.toString())).as(damaged).isEqualTo(read);
      } catch (RecipeSyntaxException e) {
        assertThat(e.offset()).as(damaged).isBetween(0, damaged.length());
      }
    }
  }

  @Test
  void whiteSpaceOrderOfArgumentsAndEmptyParenthesesMeanNothing() {
    assertThat(RecipeText.parse(" sam ( base = adamw( ) ,\n rho = +0.050 )+ewc|wise-ft(alpha=.5) "))
        .hasToString("sam(base=adamw, rho=0.05) + ewc | wise-ft(alpha=0.5)");
  }

  @Test
  void argumentsPrintInTheOrderOfTheirKeysWhateverTheMapSays() {
    TreeMap<String, Value> backwards = new TreeMap<>((a, b) -> b.compareTo(a));
    backwards.put("a", new Value.Num(1));
    backwards.put("b", new Value.Num(2));

    assertThat(new Value.Call("x", backwards)).hasToString("x(a=1, b=2)");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      value = {
        "``;                       0; expected a component name, found the end",
        "sam +;                    5; expected a component name, found the end",
        "sam + + ewc;              6; expected a component name, found '+'",
        "(rho=1);                  0; expected a component name, found '('",
        "1;                        0; expected a component name, found '1'",
        "true;                     0; 'true' is not a component name",
        "sam ewc;                  4; expected the end, found 'e'",
        "sam | wise-ft + ewc;     14; expected the end, found '+'",
        "sam(rho);                 7; expected '=', found ')'",
        "sam(rho=);                8; expected a value, found ')'",
        "sam(rho=1;                9; expected ')', found the end",
        "sam(rho=1,);             10; expected a setting name, found ')'",
        "sam(rho=1 lr=2);         10; expected ')', found 'l'",
        "sam(=1);                  4; expected a setting name, found '='",
        "sam(rho=1, rho=2);       11; setting 'rho' is given twice",
        "sam(rho=1.2.3);           8; '1.2.3' is not a number",
        "sam(rho=-);               8; '-' is not a number",
        "sam(rho=1e);              8; '1e' is not a number",
        "sam(rho=1e999);           8; number 1e999 is out of range",
        "sam(rho=1e-999);          8; number 1e-999 is out of range",
        "sam(rho=[1, 2);          13; expected ']', found ')'",
        "sam(rho=\"x);             8; text without a closing '\"'",
        "sam(rho=\"a\\qb\");      10; unknown escape in text",
        "sam(rho=\"a\\;           10; unknown escape in text",
        "sam(rho=true(x=1));      12; expected ')', found '('",
        "s\u00e4m;                 1; expected the end, found '\u00e4'",
      })
  void malformedTextIsRefusedWithItsPlace(String text, int offset, String problem) {
    RecipeSyntaxException e =
        catchThrowableOfType(RecipeSyntaxException.class, () -> RecipeText.parse(text));

    assertThat(e).as("refusal of <%s>", text).isNotNull().hasMessageContaining(problem);
    assertThat(e.offset()).as("offset in <%s>", text).isEqualTo(offset);
    assertThat(e)
        .hasMessageContaining("at column " + (offset + 1))
        .hasMessageEndingWith(text.substring(0, offset) + ">>>" + text.substring(offset));
  }

  @Test
  void absurdNestingIsRefusedAndDoesNotOverflowTheStack() {
    String deep = "sam(x=" + "[".repeat(100_000);

    assertThatExceptionOfType(RecipeSyntaxException.class)
        .isThrownBy(() -> RecipeText.parse(deep))
        .withMessageContaining("nest more than " + RecipeText.MAX_DEPTH + " deep");
    String allowed = "[".repeat(RecipeText.MAX_DEPTH) + "]".repeat(RecipeText.MAX_DEPTH);
    assertThat(RecipeText.parseValue(allowed)).hasToString(allowed);
  }

  @Test
  void aSingleValueIsReadWhole() {
    assertThat(RecipeText.parseValue(" [1, \"a\", true, x(y=2)] "))
        .isEqualTo(
            new Value.Items(
                List.of(
                    new Value.Num(1),
                    new Value.Text("a"),
                    new Value.Flag(true),
                    Value.Call.word("x").with("y", new Value.Num(2)))));
    assertThatThrownBy(() -> RecipeText.parseValue("1 2"))
        .isInstanceOf(RecipeSyntaxException.class)
        .hasMessageContaining("expected the end");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "1a", "true", "false", "a=", "\u00e4"})
  void aCallThatNoTextCanNameIsRefused(String name) {
    assertThatThrownBy(() -> Value.Call.word(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name + "'");
  }

  @Test
  void whatNoTextCanHoldIsRefused() {
    assertThatThrownBy(() -> Value.Call.word("sam").with("a b", new Value.Num(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a b'");
    assertThatThrownBy(() -> new Value.Num(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Value.Num(Double.NEGATIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RecipeText(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one component");
  }
}
