// The half of the tools bench that nothing was tuned on: written before the method, then left.

import {
  type BenchHalf,
  type BenchPrompt,
  type BenchResult,
  type BenchTool,
  call,
  choice,
  flag,
  integer,
  list,
  none,
  number,
  object,
  oneOf,
  string,
} from './prompts.ts';

const tools: readonly BenchTool[] = [
  {
    name: 'air_quality',
    description: 'Report the current air quality index of a city.',
    schema: object({ city: string('City to report on') }),
  },
  {
    name: 'findRecipes',
    description: 'Find recipes that use an ingredient',
    schema: object({
      ingredient: string('Main ingredient'),
      'vegetarian?': flag('Only recipes without meat'),
    }),
  },
  {
    name: 'book_appointment',
    description: 'Book an appointment with a doctor',
    schema: object({
      doctor: string("The doctor's name"),
      date: string('Day of the appointment', { format: 'date' }),
    }),
  },
  {
    name: 'create_invoice',
    description: 'Create an invoice for a customer.',
    schema: object({
      customer: string('Customer to bill'),
      amount: number('Amount to bill'),
      currency: choice('Currency of the amount', 'usd', 'eur', 'chf'),
    }),
  },
  {
    name: 'run_query',
    description: 'Run an SQL query against the analytics database',
    schema: object({ sql: string('The SQL statement'), 'limit?': integer('Most rows to return') }),
  },
  {
    name: 'restart_server',
    description: 'Restart a server by its host name',
    schema: object({ host: string('Host name of the server') }),
  },
  {
    name: 'track_parcel',
    description: 'Track a parcel by its tracking number',
    schema: object({ tracking_number: string('The tracking number') }),
  },
  {
    name: 'search_flights',
    description: 'Search for flights between two cities.',
    schema: object({
      origin: string('City of departure'),
      destination: string('City of arrival'),
      'passengers?': integer('Number of passengers'),
    }),
  },
  {
    name: 'set_thermostat',
    description: 'Set the temperature of a room',
    schema: object({
      room: choice('Room', 'bedroom', 'kitchen', 'office', 'bathroom'),
      degrees: number('Temperature in degrees Celsius'),
    }),
  },
  {
    name: 'get_exchange_rate',
    description: 'Get the exchange rate between two currencies',
    schema: object({
      base: string('Currency code to convert from'),
      quote: string('Currency code to convert to'),
    }),
  },
  {
    name: 'add_contact',
    description: 'Save a new contact in the address book',
    schema: object({
      contact: {
        type: 'object',
        properties: { name: string('Full name'), phone: string('Phone number') },
        required: ['name', 'phone'],
      },
    }),
  },
  {
    name: 'add_to_shopping_list',
    description: 'Add items to the shopping list',
    schema: object({ items: list('The items to add', { type: 'string' }) }),
  },
  {
    name: 'start_timer',
    description: 'Start a countdown timer.',
    schema: object({ minutes: integer('Length in minutes') }),
  },
  {
    name: 'lookup_employee',
    description: 'Look up an employee in the company directory',
    schema: object({ name: string('Name of the employee') }),
  },
  {
    name: 'get_match_score',
    description: "Get the score of a team's latest football match",
    schema: object({ team: string('The football team') }),
  },
  {
    name: 'check_stock',
    description: 'Check how many pieces of a product are left in the warehouse',
    schema: object({ product_code: string('Code of the product') }),
  },
  {
    name: 'roll_dice',
    description: 'Roll dice and return the result.',
    schema: object({ count: integer('How many dice'), sides: integer('Sides of each die') }),
  },
  {
    name: 'define_word',
    description: 'Look a word up in the dictionary',
    schema: object({ word: string('The word') }),
  },
  {
    name: 'assign_issue',
    description: 'Assign an issue of the bug tracker to a developer',
    schema: object({
      issue_id: integer('Number of the issue'),
      assignee: string('Developer who gets the issue'),
    }),
  },
  {
    name: 'post_message',
    description: 'Post a message to a chat channel',
    schema: object({ channel: string('Channel name'), text: string('Text of the message') }),
  },
];

const prompts: readonly BenchPrompt[] = [
  call('direct', 'How is the air quality in Kathmandu today?', [
    'air_quality',
    { city: 'Kathmandu' },
  ]),
  call('direct', 'Find me some recipes with eggplant.', [
    'findRecipes start_timer',
    { ingredient: 'eggplant' },
  ]),
  call('direct', 'Book an appointment with Dr. Patel on 2026-12-03.', [
    'book_appointment lookup_employee',
    { doctor: oneOf('Dr. Patel', 'Patel', 'Dr Patel'), date: '2026-12-03' },
  ]),
  call('direct', 'Create an invoice for Northwind Traders over 1250 EUR.', [
    'create_invoice check_stock get_exchange_rate post_message',
    { customer: 'Northwind Traders', amount: 1250, currency: 'eur' },
  ]),
  call('direct', 'Restart the server web-03.example.net, please.', [
    'restart_server run_query',
    { host: 'web-03.example.net' },
  ]),
  call('direct', 'Track parcel JD014600003828.', [
    'track_parcel',
    { tracking_number: 'JD014600003828' },
  ]),
  call('direct', 'Search flights from Lisbon to Oslo.', [
    'search_flights track_parcel air_quality',
    { origin: 'Lisbon', destination: 'Oslo' },
  ]),
  call('direct', 'Set the bedroom to 19.5 degrees.', [
    'set_thermostat start_timer air_quality',
    { room: 'bedroom', degrees: 19.5 },
  ]),
  call('direct', 'What is the exchange rate from CHF to SEK?', [
    'get_exchange_rate create_invoice',
    { base: 'CHF', quote: 'SEK' },
  ]),
  call('direct', 'Save a contact: Maria Gomez, phone 555-0142.', [
    'add_contact lookup_employee post_message',
    { contact: { name: 'Maria Gomez', phone: '555-0142' } },
  ]),
  call('direct', 'Add milk, bread and eggs to my shopping list.', [
    'add_to_shopping_list findRecipes',
    { items: ['milk', 'bread', 'eggs'] },
  ]),
  call('direct', 'Start a timer for 12 minutes.', ['start_timer', { minutes: 12 }]),
  call('direct', 'Look up the employee Ingrid Solberg.', [
    'lookup_employee assign_issue define_word',
    { name: 'Ingrid Solberg' },
  ]),
  call('direct', 'What was the score of the latest Arsenal match?', [
    'get_match_score roll_dice',
    { team: 'Arsenal' },
  ]),
  call('direct', 'Check the stock of product KX-7741.', [
    'check_stock track_parcel create_invoice run_query',
    { product_code: 'KX-7741' },
  ]),
  call('direct', 'Roll 3 dice with 20 sides.', ['roll_dice start_timer', { count: 3, sides: 20 }]),
  call('direct', 'Look up the word "petrichor" in the dictionary.', [
    'define_word lookup_employee',
    { word: 'petrichor' },
  ]),
  call('direct', 'Assign issue 4821 to Tomasz.', [
    'assign_issue post_message restart_server',
    { issue_id: 4821, assignee: 'Tomasz' },
  ]),
  call('direct', 'Post "Deployment finished" to the channel releases.', [
    'post_message restart_server',
    { channel: oneOf('releases', '#releases'), text: 'Deployment finished' },
  ]),
  call('direct', 'Run the query "SELECT count(*) FROM users" on the analytics database.', [
    'run_query check_stock',
    { sql: 'SELECT count(*) FROM users' },
  ]),

  call('indirect', 'I wonder if it is safe to go jogging outside in Delhi.', [
    'air_quality start_timer',
    { city: 'Delhi' },
  ]),
  call('indirect', 'I have a lot of zucchini and no idea what to cook.', [
    'findRecipes add_to_shopping_list',
    { ingredient: 'zucchini' },
  ]),
  call('indirect', 'My package 1Z999AA10123456784 still has not arrived.', [
    'track_parcel post_message',
    { tracking_number: '1Z999AA10123456784' },
  ]),
  call('indirect', 'I need to get from Madrid to Vienna next week.', [
    'search_flights air_quality book_appointment',
    { origin: 'Madrid', destination: 'Vienna' },
  ]),
  call('indirect', 'It is freezing in the office, 22 degrees would be nice.', [
    'set_thermostat',
    { room: 'office', degrees: 22 },
  ]),
  call('indirect', 'The eggs need 7 minutes.', [
    'start_timer add_to_shopping_list',
    { minutes: 7 },
  ]),
  call('indirect', 'Did Juventus win?', ['get_match_score air_quality', { team: 'Juventus' }]),
  call('indirect', 'Do we still have any of ZR-100?', [
    'check_stock restart_server',
    { product_code: 'ZR-100' },
  ]),
  call('indirect', 'db-12 does not respond any more, kick it.', [
    'restart_server run_query assign_issue',
    { host: 'db-12' },
  ]),
  call('indirect', 'We are out of butter and coffee.', [
    'add_to_shopping_list findRecipes set_thermostat',
    { items: ['butter', 'coffee'] },
  ]),
  call('indirect', 'Bug 917 should be looked at by Fatima.', [
    'assign_issue lookup_employee define_word post_message',
    { issue_id: 917, assignee: 'Fatima' },
  ]),
  call('indirect', 'How many yen do I get for a dollar? JPY for USD, please.', [
    'get_exchange_rate create_invoice',
    { base: oneOf('USD', 'JPY'), quote: oneOf('JPY', 'USD') },
  ]),

  none('look-alike', 'What causes bad air quality in big cities?', 'air_quality'),
  none('look-alike', 'What is the difference between a recipe and a formula?', 'findRecipes'),
  none('look-alike', 'How do I become a doctor?', 'book_appointment lookup_employee'),
  none('look-alike', 'What should an invoice contain?', 'create_invoice check_stock'),
  none('look-alike', 'What is SQL injection?', 'run_query restart_server'),
  none('look-alike', 'Who invented the postal parcel service?', 'track_parcel search_flights'),
  none('look-alike', 'Why do airplanes fly?', 'search_flights'),
  none('look-alike', 'How does a thermostat work?', 'set_thermostat start_timer'),
  none('look-alike', 'Why do exchange rates change?', 'get_exchange_rate create_invoice'),
  none('look-alike', 'Is it rude to send messages late at night?', 'post_message add_contact'),
  none('look-alike', 'What is the history of football?', 'get_match_score'),
  none('look-alike', 'Are dice older than playing cards?', 'roll_dice define_word'),
  none('look-alike', 'I love shopping on Saturdays.', 'add_to_shopping_list findRecipes'),
  none('look-alike', 'My servers were really friendly at the diner.', 'restart_server run_query'),

  none('plain', 'Good morning!', 'air_quality'),
  none('plain', 'Thank you so much for your help.', 'create_invoice check_stock'),
  none('plain', 'Who painted the Mona Lisa?', 'search_flights track_parcel air_quality'),
  none('plain', 'Write a haiku about autumn.', 'add_to_shopping_list'),
  none('plain', 'What is the largest planet of the solar system?', 'get_match_score'),
  none('plain', 'Tell me a fun fact about penguins.', 'findRecipes start_timer'),
  none('plain', 'What are your hobbies?', 'roll_dice post_message'),
  none('plain', 'How many continents are there?', 'check_stock run_query restart_server'),
  none('plain', 'Give me advice for a job interview.', 'lookup_employee book_appointment'),
  none('plain', 'I feel a little sad today.', 'set_thermostat'),
  none('plain', 'Explain gravity to a child.', 'define_word get_exchange_rate'),
  none('plain', 'When did the Second World War end?', 'start_timer set_thermostat'),
  none('plain', 'Suggest a name for my new cat.', 'add_contact'),
  none('plain', 'What is 2 plus 2?', 'air_quality track_parcel'),
  none('plain', 'You are great!', 'assign_issue'),
  none('plain', 'Summarize the story of Cinderella.', 'search_flights run_query post_message'),
  none('plain', 'Is Pluto a planet?', 'get_exchange_rate check_stock define_word add_contact'),
  none('plain', 'Write an opening line for a crime novel.', 'assign_issue restart_server'),
];

const results: readonly BenchResult[] = [
  {
    text: 'How is the air quality in Kathmandu today?',
    tool: 'air_quality',
    input: { city: 'Kathmandu' },
    result: { aqi: 168, category: 'unhealthy', main_pollutant: 'PM2.5' },
  },
  {
    text: 'Track parcel JD014600003828.',
    tool: 'track_parcel',
    input: { tracking_number: 'JD014600003828' },
    result: { status: 'out for delivery', location: 'Leipzig', expected: '2026-11-23' },
  },
  {
    text: 'What is the exchange rate from CHF to SEK?',
    tool: 'get_exchange_rate',
    input: { base: 'CHF', quote: 'SEK' },
    result: { rate: 11.8421 },
  },
  {
    text: 'Look up the employee Ingrid Solberg.',
    tool: 'lookup_employee',
    input: { name: 'Ingrid Solberg' },
    result: { title: 'Head of Logistics', office: 'Bergen', phone: '+47 55 01 22 33' },
  },
  {
    text: 'What was the score of the latest Arsenal match?',
    tool: 'get_match_score',
    input: { team: 'Arsenal' },
    result: { opponent: 'Everton', goals_for: 2, goals_against: 2, finished: true },
  },
  {
    text: 'Check the stock of product KX-7741.',
    tool: 'check_stock',
    input: { product_code: 'KX-7741' },
    result: { piecesLeft: 0, reorderDate: 'January 9' },
  },
  {
    text: 'Roll 3 dice with 20 sides.',
    tool: 'roll_dice',
    input: { count: 3, sides: 20 },
    result: { rolls: '4, 17, 11', total: 32 },
  },
  {
    text: 'Did Juventus win?',
    tool: 'get_match_score',
    input: { team: 'Juventus' },
    result: { score: '3:1', won: true },
  },
  {
    text: 'Set the bedroom to 19.5 degrees.',
    tool: 'set_thermostat',
    input: { room: 'bedroom', degrees: 19.5 },
    result: { ok: true, previous_temperature: 17 },
  },
  {
    text: 'Create an invoice for Northwind Traders over 1250 EUR.',
    tool: 'create_invoice',
    input: { customer: 'Northwind Traders', amount: 1250, currency: 'eur' },
    result: { invoice_number: 'INV-20931', due_date: '2026-12-21', status: 'draft' },
  },
];

export const unseen: BenchHalf = { tools, prompts, results };
