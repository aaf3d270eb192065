package io.github.palimpsest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.results.statistics.Interval;
import io.github.palimpsest.results.statistics.McNemar;
import io.github.palimpsest.results.statistics.SeedContrast;
import io.github.palimpsest.results.statistics.TTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The views of one cell and of two in Chromium, and tables of many rows. */
class CellViewsInBrowserTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String A = "00000000abcdef00";
  private static final String B = "00000000abcdef0f";
  private static Browser browser;
  private static Path page;
  private static Path folder;

  @BeforeAll
  static void open(@TempDir Path temp) throws IOException {
    assumeTrue(Browser.installed(), "there is no chromium with chromedriver on this machine");
    page = temp.resolve("report.html");
    folder = MadeUpGrid.small().write(temp.resolve("out"));
    new MadeUpItems("quiz", "Number ", List.of("first", "second", "third"), 7).write(folder);
    Files.writeString(page, HtmlReport.of(folder));
    browser = Browser.open(temp.resolve("profile"));
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void load() {
    browser.driver().get("about:blank");
    browser.console();
  }

  private static void at(Path file, String hash) {
    browser.driver().get(file.toUri() + hash);
  }

  private static List<WebElement> all(String selector) {
    return browser.driver().findElements(By.cssSelector(selector));
  }

  private static String view() {
    return (String) browser.script("return document.getElementById('cell-view').innerText");
  }

  private static double top() {
    return ((Number)
            browser.script(
                "return document.getElementById('cell-view').getBoundingClientRect().top"))
        .doubleValue();
  }

  /** Waits until the browser has laid out the page and told observers. */
  private static void frames() {
    browser
        .driver()
        .executeAsyncScript(
            "const done = arguments[0];"
                + " requestAnimationFrame(() => requestAnimationFrame(() => done()));");
  }

  @Test
  void a_link_to_a_cell_opens_it_whatever_the_table_shows() {
    at(page, "#cell=" + B);
    assertThat(browser.driver().switchTo().activeElement().getText()).isEqualTo("Cell " + B);
    assertThat(top()).as("scrolled to").isBetween(-5.0, 40.0);
    // as a chart above does that is laid out late
    browser.script("document.querySelector('header').style.height = '1500px'");
    frames();
    assertThat(top()).as("scrolled to again").isBetween(-5.0, 40.0);
    browser.script("window.dispatchEvent(new Event('wheel'))");
    browser.script("window.scrollTo({top: 0, behavior: 'instant'})");
    browser.script("document.querySelector('header').style.height = ''");
    frames();
    assertThat(browser.script("return window.scrollY")).as("the reader scrolls").isEqualTo(0L);
    assertThat(view()).contains("replay(ratio=0.25), seed 1", "--cell " + B + " --out again-" + B);
    assertThat(all("#cell-view .chart svg")).hasSize(1);
    browser.script("location.hash = '#cells'");
    all("#cells-filter").get(0).sendKeys("adamw ewc", Keys.TAB);
    browser.script("document.querySelectorAll('#cells-table th button')[5].click()");
    WebElement link = all("#cells-table tbody a").get(1);
    link.sendKeys(Keys.ENTER);
    assertThat(view()).contains("Cell " + link.getText(), "ewc(lambda=100)");
    assertThat(browser.script("return document.getElementById('view-link').textContent"))
        .isEqualTo(browser.driver().getCurrentUrl())
        .asString()
        .endsWith("#cell=" + link.getText());
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void an_unknown_id_says_so() {
    at(page, "#cell=%3Cb%3Ex");
    assertThat(view()).contains("This report has no cell “<b>x”. It has 18 cells");
    at(page, "#compare=" + A + ",none");
    browser.driver().navigate().refresh();
    assertThat(view()).contains("no cell “none”");
    at(page, "#compare=" + A);
    browser.driver().navigate().refresh();
    assertThat(view()).contains("A comparison needs two cells");
    at(page, "#cell=%E0%A4%A");
    browser.driver().navigate().refresh();
    assertThat(view()).contains("This report has no cell");
  }

  private static JsonNode result(String id) throws IOException {
    return JSON.readTree(folder.resolve("cells/" + id + "/result.json").toFile());
  }

  private static boolean[] right(String id, String set) throws IOException {
    double[] each =
        JSON.convertValue(
            result(id).path("rows").path(3).path(set).path("per_example"), double[].class);
    boolean[] right = new boolean[each.length];
    for (int i = 0; i < each.length; i++) {
      right[i] = each[i] == 1;
    }
    return right;
  }

  @Test
  void two_cells_are_compared_with_the_tests_of_the_report() throws IOException {
    at(page, "#compare=" + A + "," + B);
    McNemar facts = McNemar.of(right(A, "facts"), right(B, "facts"));
    String p = facts.exactP() < 0.001 ? "< 0.001" : Numbers.of(facts.exactP());
    assertThat(facts.gained()).as("a test of something").isPositive();
    assertThat(view())
        .containsPattern(
            "facts\\s+20\\s+"
                + facts.lost()
                + "\\s+"
                + facts.gained()
                + "\\s+[-+]?[0-9.]+\\s+\\S+ to \\S+\\s+"
                + p);
    // adamw alone against sam with replay: the score of facts after reversing, at seeds 1 to 3
    double[] differences = new double[3];
    for (int s = 0; s < 3; s++) {
      differences[s] =
          result("00000000abcdef" + List.of("0f", "10", "11").get(s))
                  .at("/scores/after/1/0")
                  .asDouble()
              - result("00000000abcdef0" + s).at("/scores/after/1/0").asDouble();
    }
    SeedContrast contrast = new SeedContrast(differences, 1.0 / 60);
    Interval t = new TTest(contrast.mean(), contrast.sd() / Math.sqrt(3), 2).interval(0.95);
    assertThat(view())
        .contains(
            Numbers.signed(contrast.mean())
                + " ("
                + Numbers.of(t.low())
                + " to "
                + Numbers.of(t.high())
                + ", 3 seeds)")
        .as("forgetting differs by less than one of 60 items between seeds")
        .containsPattern("forgetting .*[(]3 seeds[)]")
        .contains("the seeds differ by less than the score resolves")
        .contains("Settings that differ", "sam.rho", "replay.ratio", "forgetting (share; lower is")
        .containsPattern("forgetting.*\\s+[0-9.]+\\s+[0-9.]+\\s+-[0-9.]+ better");
    assertThat(all("#cell-view .map")).as("A, B and their difference").hasSize(3);
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void the_exact_test_is_the_one_of_the_library() {
    at(page, "");
    for (int[] counts : new int[][] {{0, 0}, {1, 0}, {5, 5}, {3, 17}, {400, 310}, {0, 1200}}) {
      Number p =
          (Number)
              browser.script(
                  "return palimpsest.compare.exactP(arguments[0], arguments[1])",
                  counts[0],
                  counts[1]);
      double expected = new McNemar(counts[0], counts[1]).exactP();
      assertThat(p.doubleValue())
          .as("lost %d, gained %d", counts[0], counts[1])
          .isCloseTo(expected, org.assertj.core.api.Assertions.within(1e-9));
    }
  }

  @Test
  void a_table_of_many_rows_has_pages_and_finds_every_row(@TempDir Path temp) throws IOException {
    Path file = temp.resolve("many.html");
    MadeUpGrid grid =
        new MadeUpGrid(List.of("sgd", "adam", "sam"), List.of("none", "ewc"), 35, List.of("a"));
    Files.writeString(file, HtmlReport.of(grid.write(temp.resolve("many"))));
    at(file, "");
    assertThat(all("#cells-table tbody tr")).as("of 210").hasSize(HtmlTable.PAGE);
    WebElement group = all("[role=group][aria-label^='Rows of: Cells']").get(0);
    assertThat(group.getText()).contains("Rows 1 to 200 of 210");
    List<WebElement> buttons = group.findElements(By.tagName("button"));
    buttons.get(1).sendKeys(Keys.ENTER);
    assertThat(all("#cells-table tbody tr")).hasSize(10);
    all("#cells-filter").get(0).sendKeys("sam ewc");
    assertThat(all("#cells-table tbody tr")).as("the last 35 cells").hasSize(35);
    assertThat(all("#cells-table-count").get(0).getText()).isEqualTo("35 of 210 shown");
    all("#cells-filter").get(0).sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.BACK_SPACE);
    buttons.get(2).sendKeys(Keys.SPACE);
    assertThat(all("#cells-table tbody tr")).hasSize(210);
  }

  @Test
  void names_in_the_views_are_text(@TempDir Path temp) throws IOException {
    String evil = "x</script><img src=x onerror='window.broken=1'>\"&amp;";
    Path file = temp.resolve("hostile.html");
    MadeUpGrid grid =
        new MadeUpGrid(List.of("a", "b(" + evil + ")"), List.of("none"), 2, List.of("t", evil));
    Path out = grid.write(temp.resolve("hostile"));
    new MadeUpItems("quiz", evil, List.of(evil, evil), 1).write(out);
    Files.writeString(file, HtmlReport.of(out));
    at(file, "#compare=00000000abcdef00,00000000abcdef02");
    browser.script("document.querySelectorAll('details').forEach(d => d.open = true)");
    assertThat(view()).contains(evil);
    at(file, "#cell=00000000abcdef02");
    browser.driver().navigate().refresh();
    browser.script("document.querySelectorAll('details').forEach(d => d.open = true)");
    assertThat(view()).contains(evil, evil + "0");
    assertThat(all("img")).isEmpty();
    assertThat(browser.script("return typeof window.broken")).isEqualTo("undefined");
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void printing_draws_every_figure_at_the_width_of_paper_and_puts_all_back() {
    at(page, "");
    long closed = all("details:not([open])").size();
    browser.script("window.dispatchEvent(new Event('beforeprint'))");
    assertThat(all(".chart svg")).hasSameSizeAs(all(".chart"));
    assertThat(
            (Boolean)
                browser.script(
                    "return [...document.querySelectorAll('.chart')]"
                        + ".every(c => c.firstElementChild.clientWidth === 620"
                        + " && c.checkVisibility())"))
        .as("all visible, and 620 pixels wide")
        .isTrue();
    browser.script("window.dispatchEvent(new Event('afterprint'))");
    assertThat(all("details:not([open])")).hasSize((int) closed);
    assertThat(browser.console()).isEmpty();
  }
}
